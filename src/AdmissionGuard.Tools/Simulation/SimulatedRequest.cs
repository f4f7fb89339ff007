using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Tools.Simulation;

/// <summary>A request, as one would make it of an API server.</summary>
internal sealed record SimulatedRequest
{
    public required SimulatedUser User { get; init; }

    /// <summary>The namespace as stored; <see langword="null"/> on a creation.</summary>
    public JsonObject? Old { get; init; }

    /// <summary>The namespace as the request would leave it; <see langword="null"/> on a deletion.</summary>
    public JsonObject? New { get; init; }

    public string SubResource { get; init; } = "";

    public string FieldManager { get; init; } = "";

    /// <summary>The AdmissionReview that the API server would send for it.</summary>
    public JsonObject ToReview()
    {
        var (old, now) = (Old, Old is not null && New is not null ? ServerManagedFields.Keep(Old, New) : New);
        var name = ((now ?? old)!["metadata"] as JsonObject)?["name"] is JsonValue text && text.TryGetValue<string>(out var written)
            ? written
            : "";
        var operation = old is null ? "CREATE" : now is null ? "DELETE" : "UPDATE";
        var request = new JsonObject
        {
            // Answers bear it; nothing is decided by it.
            ["uid"] = "00000000-0000-0000-0000-000000000000",
            ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = "Namespace" },
            ["resource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = "namespaces" },
            ["name"] = name,
            ["namespace"] = name,
            ["operation"] = operation,
            ["userInfo"] = User.ToJson(),
            ["object"] = now?.DeepClone(),
            ["oldObject"] = old?.DeepClone(),
            ["options"] = Options(operation),
        };
        if (SubResource.Length > 0)
        {
            request["subResource"] = SubResource;
        }

        return new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["request"] = request };
    }

    private JsonObject Options(string operation)
    {
        var options = new JsonObject
        {
            ["apiVersion"] = "meta.k8s.io/v1",
            ["kind"] = $"{operation[0]}{operation[1..].ToLowerInvariant()}Options",
        };
        if (FieldManager.Length > 0)
        {
            options["fieldManager"] = FieldManager;
        }

        return options;
    }
}

/// <summary>The user who sends the request.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Groups">The groups, beside those that the API server adds by itself.</param>
internal sealed record SimulatedUser(string Name, ImmutableArray<string> Groups)
{
    private const string ServiceAccount = "system:serviceaccount:";

    public JsonObject ToJson() => new()
    {
        ["username"] = Name,
        ["groups"] = new JsonArray([.. AllGroups().Select(group => (JsonNode)group)]),
    };

    /// <summary>The same, as the engine knows people.</summary>
    public UserInfo ToUserInfo() => new(Name, "", [.. AllGroups()], []);

    private IEnumerable<string> AllGroups() => Groups.Union(Implied(), StringComparer.Ordinal);

    /// <summary>What the API server adds to everyone, and to service accounts.</summary>
    private IEnumerable<string> Implied()
    {
        if (Name.StartsWith(ServiceAccount, StringComparison.Ordinal))
        {
            yield return "system:serviceaccounts";
            yield return $"system:serviceaccounts:{Name[ServiceAccount.Length..].Split(':')[0]}";
        }

        yield return Name == "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
    }
}
