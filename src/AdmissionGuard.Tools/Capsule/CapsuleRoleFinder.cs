using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Capsule;

/// <summary>Finds the role of a user, in the order in which Capsule checks.</summary>
/// <remarks>Source: Capsule 0.14.0, <c>pkg/runtime/handlers/admission_user.go</c>.</remarks>
internal static class CapsuleRoleFinder
{
    /// <summary>By the CapsuleConfiguration; <see langword="null"/> if there is none.</summary>
    public static CapsuleRole Of(UserInfo user, JsonNode? configuration)
    {
        var spec = configuration.At("spec");
        return spec.At("ignoreUserWithGroups")
            .Texts()
            .Any(group => user.Groups.Contains(group, StringComparer.Ordinal)) ? CapsuleRole.Unknown
            : spec.At("administrators").Items().Any(IsThem) ? CapsuleRole.Administrator
            : IsUser(user, spec) || configuration.At("status", "users").Items().Any(IsThem) ? CapsuleRole.User
            : CapsuleRole.Unknown;

        bool IsThem(JsonNode entry) => new TenantOwner(entry.At("kind").Text() ?? "", entry.At("name").Text() ?? "").Is(user);
    }

    private static bool IsUser(UserInfo user, JsonNode? spec) =>
        spec.At("userNames").Texts().Contains(user.Name, StringComparer.Ordinal)
        || spec.At("userGroups").Texts().Any(group => user.Groups.Contains(group, StringComparer.Ordinal))
        || spec.At("users").Items().Any(entry => new TenantOwner(entry.At("kind").Text() ?? "", entry.At("name").Text() ?? "").Is(user));
}
