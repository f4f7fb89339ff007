using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Migrators;

/// <summary>The fix that makes a user a Capsule administrator.</summary>
internal static class CapsuleAdministrators
{
    public static Remediation Adding(IReadOnlyList<RbacSubject> blocked, JsonObject? configuration, string name)
    {
        var ignored = configuration.At("spec", "ignoreUserWithGroups").Texts().ToList();
        var groups = blocked.SelectMany(each => each.ToUserInfo().Groups).Intersect(ignored, StringComparer.Ordinal).ToList();
        if (groups is not [])
        {
            return new Remediation(
                $"Capsule ignores users in {string.Join(", ", groups)}: remove these groups from spec.ignoreUserWithGroups",
                $"kubectl edit capsuleconfiguration {name}");
        }

        var entries = new JsonArray([.. blocked.Select(each => new JsonObject { ["kind"] = each.Kind, ["name"] = each.Name })]);
        var isListed = configuration.At("spec", "administrators") is JsonArray;
        var patch = isListed
            ? new JsonArray([.. entries.Select(each => Add("/spec/administrators/-", each!.DeepClone()))])
            : new JsonArray(Add("/spec/administrators", entries));
        return new Remediation(
            "if they should migrate namespaces, make them Capsule administrators, which also exempts them from Capsule's own checks:",
            $"kubectl patch capsuleconfiguration {name} --type=json -p {ShellQuoting.Quote(PlainJson.Of(patch))}");
    }

    private static JsonObject Add(string path, JsonNode value) => new() { ["op"] = "add", ["path"] = path, ["value"] = value };
}
