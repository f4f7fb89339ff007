using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace AdmissionGuard.Kubernetes;

/// <summary>A JSON object that was read as a type.</summary>
/// <typeparam name="T">The type.</typeparam>
public abstract record TypedObject<T>
{
    private TypedObject()
    {
    }

    /// <summary>Every field is of its type.</summary>
    /// <param name="Value">The value.</param>
    public sealed record Valid(T Value) : TypedObject<T>;

    /// <summary>A field is not of its type.</summary>
    /// <param name="Path">The path of the first such field, as in <c>$.spec.owners[0].name</c>.</param>
    public sealed record Invalid(string Path) : TypedObject<T>;

    /// <summary>Makes another type of a valid value.</summary>
    /// <typeparam name="TOther">The other type.</typeparam>
    /// <param name="map">Makes it.</param>
    /// <returns>The other value, or the same invalid field.</returns>
    public TypedObject<TOther> Map<TOther>(Func<T, TOther> map) => this switch
    {
        Valid valid => new TypedObject<TOther>.Valid(map(valid.Value)),
        Invalid invalid => new TypedObject<TOther>.Invalid(invalid.Path),
        _ => throw new InvalidOperationException("unknown result"),
    };
}

/// <summary>Reads JSON objects as types.</summary>
public static class TypedObject
{
    /// <summary>Reads an object.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="json">The object.</param>
    /// <param name="type">Its fields.</param>
    /// <returns>The value, or the field that is not of its type.</returns>
    public static TypedObject<T> Read<T>(JsonObject json, JsonTypeInfo<T> type)
    {
        try
        {
            return new TypedObject<T>.Valid(json.Deserialize(type)!);
        }
        catch (JsonException e)
        {
            return new TypedObject<T>.Invalid(e.Path is ['$', ..] path ? path : "$");
        }
    }
}
