using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>A difference between a webhook and the expected one.</summary>
/// <param name="IsUnsafe">Whether the guard can be bypassed, or does not work, because of it.</param>
/// <param name="Message">The message.</param>
/// <param name="Operation">The operation of a JSON patch that fixes it.</param>
internal sealed record WebhookDeviation(bool IsUnsafe, string Message, JsonObject Operation)
{
    /// <summary>An annotation that the configuration needs before that, as in <c>key=value</c>; <see langword="null"/> for none.</summary>
    public string? Annotation { get; init; }
}
