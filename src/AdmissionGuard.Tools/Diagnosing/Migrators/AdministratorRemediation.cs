using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Migrators;

/// <summary>The fix that makes a user a Capsule administrator.</summary>
internal static class AdministratorRemediation
{
    public static Remediation Adding(IReadOnlyList<RbacSubject> blocked, CapsuleSettings capsule, string name)
    {
        var groups = blocked.SelectMany(each => each.ToUserInfo().Groups).Intersect(capsule.IgnoredGroups, StringComparer.Ordinal).ToList();
        if (groups is not [])
        {
            return new Remediation(
                $"Capsule ignores users in {string.Join(", ", groups)}: remove these groups from spec.ignoreUserWithGroups",
                $"kubectl edit capsuleconfiguration {name}");
        }

        var entries = new JsonArray([.. blocked.Select(each => new JsonObject { ["kind"] = each.Kind, ["name"] = each.Name })]);
        var patch = capsule.Administrators is []
            ? new JsonArray(Add("/spec/administrators", entries))
            : new JsonArray([.. entries.Select(each => Add("/spec/administrators/-", each!.DeepClone()))]);
        return new Remediation(
            "if they should migrate namespaces, make them Capsule administrators, which also exempts them from Capsule's own checks:",
            $"kubectl patch capsuleconfiguration {name} --type=json -p {ShellQuoting.Quote(PlainJson.Of(patch))}");
    }

    private static JsonObject Add(string path, JsonNode value) => new() { ["op"] = "add", ["path"] = path, ["value"] = value };
}
