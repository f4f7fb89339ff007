using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Tests.Reviews.Fuzzing;

/// <summary>
/// JSON text as a tree: unlike a <see cref="JsonNode"/>, it can repeat a key, and writes keys and literals exactly as given.
/// </summary>
internal abstract record JsonTree
{
    private JsonTree()
    {
    }

    /// <summary>
    /// A string, number, <c>true</c>, <c>false</c> or <c>null</c>, or anything else that is written where a value belongs.
    /// </summary>
    public sealed record Literal(string Raw) : JsonTree;

    /// <summary>An array.</summary>
    public sealed record List(ImmutableArray<JsonTree> Items) : JsonTree;

    /// <summary>An object; the keys are written with their quotes.</summary>
    public sealed record Map(ImmutableArray<(string Key, JsonTree Value)> Members) : JsonTree;

    public static JsonTree Of(JsonNode? node) => node switch
    {
        JsonObject map => new Map([.. map.Select(member => (Quoted(member.Key), Of(member.Value)))]),
        JsonArray list => new List([.. list.Select(Of)]),
        JsonValue value => new Literal(value.ToJsonString()),
        _ => new Literal("null"),
    };

    /// <summary>How many of its values fit, itself included.</summary>
    public int Count(Func<JsonTree, bool> fits) => (fits(this) ? 1 : 0) + this switch
    {
        List list => list.Items.Sum(item => item.Count(fits)),
        Map map => map.Members.Sum(member => member.Value.Count(fits)),
        _ => 0,
    };

    /// <summary>The tree with one of the values that fit changed; as it is where none does.</summary>
    /// <param name="place">Which of them, from 0 up to 1, in the order in which they are written.</param>
    /// <param name="fits">Whether a value can be changed.</param>
    /// <param name="change">Makes the new value.</param>
    public JsonTree With(double place, Func<JsonTree, bool> fits, Func<JsonTree, JsonTree> change)
    {
        var left = (int)(place * Count(fits));
        return With(ref left, fits, change);
    }

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private static string Quoted(string key) => JsonValue.Create(key).ToJsonString();

    private JsonTree With(ref int left, Func<JsonTree, bool> fits, Func<JsonTree, JsonTree> change)
    {
        if (fits(this) && left-- == 0)
        {
            return change(this);
        }

        switch (this)
        {
            case List list:
                for (var i = 0; i < list.Items.Length && left >= 0; i++)
                {
                    list = new List(list.Items.SetItem(i, list.Items[i].With(ref left, fits, change)));
                }

                return list;
            case Map map:
                for (var i = 0; i < map.Members.Length && left >= 0; i++)
                {
                    var (key, value) = map.Members[i];
                    map = new Map(map.Members.SetItem(i, (key, value.With(ref left, fits, change))));
                }

                return map;
            default:
                return this;
        }
    }

    private void Write(StringBuilder text)
    {
        switch (this)
        {
            case Literal literal:
                text.Append(literal.Raw);
                break;
            case List list:
                text.Append('[');
                for (var i = 0; i < list.Items.Length; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    list.Items[i].Write(text);
                }

                text.Append(']');
                break;
            case Map map:
                text.Append('{');
                for (var i = 0; i < map.Members.Length; i++)
                {
                    text.Append(i == 0 ? "" : ",").Append(map.Members[i].Key).Append(':');
                    map.Members[i].Value.Write(text);
                }

                text.Append('}');
                break;
        }
    }
}
