using System.Collections.Immutable;

namespace AdmissionGuard.Kubernetes.Telemetry;

/// <summary>A tag of instruments. Its values are fixed, so users can't extend them.</summary>
/// <param name="Name">The name: a label in Prometheus.</param>
public sealed record Tag(string Name)
{
    /// <summary>All values; empty if another list has them, which <see cref="Note"/> names.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>Follows the values in the documentation.</summary>
    public string Note { get; init; } = "";

    /// <summary>The name as an attribute of a span.</summary>
    public string SpanAttribute { get; } = $"admissionguard.{Name}";

    /// <summary>The tag of a measurement.</summary>
    /// <param name="value">One of <see cref="Values"/>.</param>
    public KeyValuePair<string, object?> With(object value) => new(Name, value);
}
