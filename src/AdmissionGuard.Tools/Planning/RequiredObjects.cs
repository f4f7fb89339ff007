using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Planning;

/// <summary>Reads the objects that every plan needs.</summary>
internal static class RequiredObjects
{
    /// <exception cref="PlanException">It is not there, or could not be read.</exception>
    public static async Task<JsonObject> NamespaceAsync(
        ClusterReader reader, string name) => await reader.GetAsync($"api/v1/namespaces/{Uri.EscapeDataString(name)}") switch
    {
        ReadResult<JsonObject>.Found read => read.Value,
        ReadResult<JsonObject>.NotFound => throw PlanException.BadInput($"namespace \"{name}\" does not exist"),
        ReadResult<JsonObject>.Failed failed =>
            throw PlanException.Unreachable($"namespace \"{name}\" could not be read: {ApiFailureText.ForReader(failed.Failure)}"),
        var other => throw new InvalidOperationException($"unknown reading {other}"),
    };

    /// <summary>
    /// The tenant that gains the namespace; on a release the one that loses it, so that it is known early whether tenants can be read at
    /// all.
    /// </summary>
    /// <returns><see langword="null"/> if there is none.</returns>
    /// <exception cref="PlanException">Tenants can't be read.</exception>
    public static async Task<JsonObject?> TenantAsync(ClusterReader reader, TenantKind kind, JsonObject ns, string? target)
    {
        var name = target ?? ns.At("metadata", "labels", kind.LabelKey).Text();
        if (name is null || !TenantName.IsValid(name))
        {
            return null;
        }

        return await reader.GetAsync(kind.PathOf(name)) switch
        {
            ReadResult<JsonObject>.Found read => read.Value,
            // What a 404 means, and what is decided where tenants are not served, the engine says.
            ReadResult<JsonObject>.NotFound => null,
            ReadResult<JsonObject>.Failed failed =>
                throw PlanException.Unreachable(
                    $"{kind.Resource} \"{name}\" could not be read: {ApiFailureText.ForReader(failed.Failure)}"),
            var other => throw new InvalidOperationException($"unknown reading {other}"),
        };
    }
}
