using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Planning.Contents;

/// <summary>Compares the namespace's node selector with its new tenant's.</summary>
internal static class NodeSelector
{
    private const string Annotation = "scheduler.alpha.kubernetes.io/node-selector";
    private const string Subject = "node selector";

    public static CompatibilityResult Compare(JsonObject ns, JsonObject tenant)
    {
        var (has, wants) = (Read(ns.At("metadata", "annotations", Annotation).Text()), Write(tenant.At("spec", "nodeSelector").Fields()));
        return (has, wants) switch
        {
            _ when has == wants => new CompatibilityResult(Subject, Compatibility.Fits, has.Length == 0 ? "neither has one" : "the same"),
            (_, "") =>
                new CompatibilityResult(
                    Subject,
                    Compatibility.Unfit,
                    $"the namespace keeps {has}, but tenant \"{tenant.NameOf()}\" has none: Capsule does not remove the annotation, remove "
                        + "it yourself"),
            ("", _) =>
                new CompatibilityResult(
                    Subject,
                    Compatibility.Unfit,
                    $"tenant \"{tenant.NameOf()}\" sets {wants}: running pods stay on their nodes, new pods are scheduled by it"),
            _ =>
                new CompatibilityResult(
                    Subject,
                    Compatibility.Unfit,
                    $"the namespace has {has}, tenant \"{tenant.NameOf()}\" sets {wants}: running pods stay on their nodes, new pods are "
                        + "scheduled by it"),
        };
    }

    private static string Read(string? annotation) => Write((annotation ?? "")
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => KeyValuePair.Create(pair[0], pair.ElementAtOrDefault(1) ?? "")));

    private static string Write(IEnumerable<KeyValuePair<string, string>> selector) =>
        string.Join(',', selector.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
}
