using YamlDotNet.Serialization;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>An alert of deploy/components/monitoring/prometheus-rules.yaml.</summary>
internal sealed record Alert(string Name, string Query, string Severity, IReadOnlyDictionary<string, string> Annotations)
{
    private static readonly string File = Repository.File("deploy", "components", "monitoring", "prometheus-rules.yaml");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Alert> All { get; } =
    [
        .. from @group in Items(Spec()["groups"])
           from rule in Items(@group["rules"])
           let labels = (Dictionary<object, object>)rule["labels"]
           let annotations = (Dictionary<object, object>)rule["annotations"]
           select new Alert(
               (string)rule["alert"],
               (string)rule["expr"],
               (string)labels["severity"],
               annotations.ToDictionary(pair => (string)pair.Key, pair => (string)pair.Value, StringComparer.Ordinal)),
    ];

    /// <summary>The rules as Prometheus itself reads them, without the custom resource around them. YAML reads JSON.</summary>
    public static string RuleFile() => new SerializerBuilder().JsonCompatible().Build().Serialize(Spec());

    private static Dictionary<object, object> Spec() =>
        (Dictionary<object, object>)new DeserializerBuilder()
            .Build()
            .Deserialize<Dictionary<object, object>>(System.IO.File.ReadAllText(File))["spec"];

    private static IEnumerable<Dictionary<object, object>> Items(object list) => ((List<object>)list).Cast<Dictionary<object, object>>();
}
