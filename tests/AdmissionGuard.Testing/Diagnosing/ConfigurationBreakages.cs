namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>The guard's settings, and those of tenants.</summary>
internal static class ConfigurationBreakages
{
    private const string Set = "ns set env deployment admissionguard ADMISSIONGUARD__MODE";

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("The ConfigMap is deleted", "ns delete configmap admissionguard-config", "failed configuration: not found", Mend.Printed),
        new("The ConfigMap has no key config.yaml",
            """ns patch configmap admissionguard-config --type=json -p '[{"op":"remove","path":"/data"}]'""",
            "failed configuration: config.yaml", Mend.Printed),
        new("The configuration is no YAML", Configured("mode: [enforce"), "failed configuration: config.yaml:",
            Mend.Edit("s/: .?mode: .*/: \"mode: enforce\"/")),
        new("The configuration has a setting that does not exist", Configured("modes: enforce"),
            "failed configuration: modes", Mend.Edit("s/modes: enforce/mode: enforce/")),
        new("The configuration has an invalid value", Configured("mode: enfroce"),
            "failed configuration: mode", Mend.Edit("s/enfroce/enforce/")),
        new("A variable of the environment is invalid", $"{Set}=enfroce", "failed configuration: mode", Mend.Edit("s/enfroce/enforce/"))
        {
            Cleanup = $"{Set}-",
        },
        new("A setting in the arguments is invalid",
            Breakages.Argument("--set=mode=enfroce"),
            "failed configuration: mode", Mend.Edit("/mode=enfroce/d")),
        new("A tenant's maintenance window is invalid",
            "kubectl annotate tenants.capsule.clastix.io oil admissionguard.io/maintenance-windows=sometimes",
            "failed tenant-policies: tenant oil", Mend.Edit("/maintenance-windows/d")),
        new("A tenant's pattern is invalid",
            Breakages.Patch("tenants.capsule.clastix.io oil", "/spec/namespaceOptions", """{"forbiddenLabels":{"deniedRegex":"["}}"""),
            "failed tenant-policies: tenant oil", Mend.Edit("s/deniedRegex: .*/deniedRegex: none/"))
        {
            Cleanup = Breakages.Patch("tenants.capsule.clastix.io oil", "/spec/namespaceOptions", null),
        },
    ];

    private static string Configured(string yaml) =>
        $$$"""ns patch configmap admissionguard-config --type=merge -p '{"data":{"config.yaml":"{{{yaml}}}"}}'""";
}
