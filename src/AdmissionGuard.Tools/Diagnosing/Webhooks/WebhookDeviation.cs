using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>Something in which a webhook is not as it is to be.</summary>
/// <param name="IsUnsafe">Whether the guard can be got around, or does not work, by it.</param>
/// <param name="Words">In words.</param>
/// <param name="Operation">The operation of a JSON patch that mends it.</param>
internal sealed record WebhookDeviation(bool IsUnsafe, string Words, JsonObject Operation);
