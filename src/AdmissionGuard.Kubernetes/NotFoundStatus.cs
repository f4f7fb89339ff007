using System.Text.Json;

namespace AdmissionGuard.Kubernetes;

/// <summary>
/// Distinguishes a missing object from other meanings of 404: a resource that is not served, or a proxy in front of the API server.
/// </summary>
internal static class NotFoundStatus
{
    /// <summary>Whether the body of a 404 says that it is this object that does not exist.</summary>
    /// <param name="body">The body.</param>
    /// <param name="group">The object's API group; empty for the core's.</param>
    /// <param name="plural">The plural of its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<bool> NamesAsync(Stream body, string group, string plural, string name, CancellationToken cancellation)
    {
        try
        {
            var status = await JsonSerializer.DeserializeAsync(body, KubernetesJsonContext.Default.StatusDto, cancellation);
            return status is { Kind: "Status", Reason: "NotFound", Details: { } details }
                && details.Name == name && details.Kind == plural && (details.Group ?? "") == group;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
