namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>For each alert, what makes it fire and what almost does.</summary>
internal static class AlertCases
{
    private const int Day = 86400;

    private const string Up = "admissionguard_configuration_generation";
    private const string Rejected = "apiserver_admission_webhook_rejection_count";
    private const string Reviews = "admissionguard_review_duration_seconds";
    private const string NotAfter = "admissionguard_certificate_not_after_timestamp_seconds";
    private const string AuthorityNotAfter = "admissionguard_certificate_authority_not_after_timestamp_seconds";

    public static IReadOnlyList<AlertCase> All { get; } =
    [
        new("AdmissionGuardDown", 1, 5, "up{instance=\"a\"}|0x10"),
        new("AdmissionGuardDown", 1, 10, $"{Up}{{instance=\"a\"}}|1x4 stale"),
        new("AdmissionGuardDown", 0, 1),
        new("AdmissionGuardDown", 0, 5, $"{Up}{{instance=\"a\"}}|1x10"),

        new("AdmissionGuardSingleReplica", 1, 20, $"{Up}{{instance=\"a\"}}|1x30", $"{Up}{{instance=\"b\"}}|1x2 stale"),
        new("AdmissionGuardSingleReplica", 0, 20, $"{Up}{{instance=\"a\"}}|1x30", $"{Up}{{instance=\"b\"}}|7x30"),
        new("AdmissionGuardSingleReplica", 0, 10, $"{Up}{{instance=\"a\"}}|1x30"),

        new(
            "AdmissionGuardWebhookFailing",
            1,
            10,
            $"{Rejected}{{name=\"validate.admissionguard.io\", error_type=\"calling_webhook_error\"}}|0+2x20"),
        new("AdmissionGuardWebhookFailing", 1, 10, "apiserver_admission_webhook_fail_open_count{name=\"mutate.admissionguard.io\"}|0+2x20"),
        new(
            "AdmissionGuardWebhookFailing",
            0,
            10,
            $"{Rejected}{{name=\"validate.admissionguard.io\", error_type=\"no_error\"}}|0+2x20",
            $"{Rejected}{{name=\"validate.example.com\", error_type=\"calling_webhook_error\"}}|0+2x20"),

        new("AdmissionGuardLookupsFailing", 1, 30, $"{Reviews}_count{{outcome=\"unavailable\", endpoint=\"mutate\"}}|0+1x40"),
        new("AdmissionGuardLookupsFailing", 0, 30, $"{Reviews}_count{{outcome=\"unavailable\"}}|5x40", $"{Reviews}_count{{outcome=\"forbidden\"}}|0+9x40"),

        new(
            "AdmissionGuardCircuitOpen",
            1,
            10,
            "admissionguard_circuit_state{instance=\"a\"}|0x2 2 1 2 1 2 1 2 1 2",
            "admissionguard_circuit_state{instance=\"b\"}|0x10"),
        new("AdmissionGuardCircuitOpen", 0, 10, "admissionguard_circuit_state{instance=\"a\"}|0x6 2 0x10"),

        new("AdmissionGuardLookupsShed", 1, 15, Shed("lookups", "0+3x20")),
        new("AdmissionGuardLookupsShed", 0, 15, Shed("lookups", "8x20"), Shed("memory", "0+3x20")),

        new("AdmissionGuardBodiesShed", 1, 15, Shed("memory", "0+3x20")),
        new("AdmissionGuardBodiesShed", 0, 15, Shed("memory", "8x20"), Shed("lookups", "0+3x20")),

        new("AdmissionGuardConnectionsClosed", 2, 15, Closed("reviews", "0+3x20"), Closed("health", "0+3x20")),
        new("AdmissionGuardConnectionsClosed", 0, 15, Closed("reviews", "8x20"), Closed("health", "0x20")),

        new(
            "AdmissionGuardSlow",
            1,
            30,
            Bucket("validate", "1", 90),
            Bucket("validate", "2.5", 100),
            Bucket("validate", "+Inf", 100),
            Bucket("mutate", "1", 100),
            Bucket("mutate", "+Inf", 100)),
        new("AdmissionGuardSlow", 0, 30, Bucket("validate", "1", 100), Bucket("validate", "2.5", 100), Bucket("validate", "+Inf", 100)),

        new(
            "AdmissionGuardCertificateExpiring",
            1,
            20,
            $"{NotAfter}{{instance=\"a\"}}|{14 * Day}x30",
            $"{NotAfter}{{instance=\"b\"}}|{80 * Day}x30"),
        new("AdmissionGuardCertificateExpiring", 1, 20, $"{NotAfter}|{80 * Day}x30", $"{AuthorityNotAfter}|{14 * Day}x30"),
        new("AdmissionGuardCertificateExpiring", 0, 20, $"{NotAfter}|{16 * Day}x30", $"{AuthorityNotAfter}|{16 * Day}x30"),

        new(
            "AdmissionGuardCertificateExpiringSoon",
            1,
            1,
            $"{NotAfter}{{instance=\"a\"}}|{Day}x30",
            $"{NotAfter}{{instance=\"b\"}}|{80 * Day}x30"),
        new("AdmissionGuardCertificateExpiringSoon", 1, 1, $"{NotAfter}|{80 * Day}x30", $"{AuthorityNotAfter}|{Day}x30"),
        new("AdmissionGuardCertificateExpiringSoon", 0, 1, $"{NotAfter}|{3 * Day}x30", $"{AuthorityNotAfter}|{3 * Day}x30"),

        new(
            "AdmissionGuardCertificateRefused",
            1,
            10,
            "admissionguard_certificate_valid{instance=\"a\"}|0x20",
            "admissionguard_certificate_valid{instance=\"b\"}|1x20"),
        new("AdmissionGuardCertificateRefused", 0, 10, "admissionguard_certificate_valid{instance=\"a\"}|0x7 1x20"),

        new(
            "AdmissionGuardLeaderMissing",
            1,
            15,
            "admissionguard_leader{instance=\"a\"}|0x20",
            "admissionguard_leader{instance=\"b\"}|1x2 0x20"),
        new(
            "AdmissionGuardLeaderMissing",
            0,
            15,
            "admissionguard_leader{instance=\"a\"}|0x20",
            "admissionguard_leader{instance=\"b\"}|1x20"),
        new("AdmissionGuardLeaderMissing", 0, 15, $"{Up}|1x20"),

        new(
            "AdmissionGuardConfigurationRefused",
            1,
            10,
            "admissionguard_configuration_valid{instance=\"a\"}|0x20",
            "admissionguard_configuration_valid{instance=\"b\"}|1x20"),
        new("AdmissionGuardConfigurationRefused", 0, 10, "admissionguard_configuration_valid{instance=\"a\"}|0x7 1x20"),

        new("AdmissionGuardOverrideUsed", 1, 70, "admissionguard_rules_total{rule=\"namespace-quota\", outcome=\"lifted\"}|1x65 2x20"),
        new("AdmissionGuardOverrideUsed", 1, 70, "admissionguard_rules_total{rule=\"namespace-quota\", outcome=\"lifted\"}|_x65 1x20"),
        new("AdmissionGuardOverrideUsed", 0, 130, "admissionguard_rules_total{rule=\"namespace-quota\", outcome=\"lifted\"}|_x60 1x100"),
        new("AdmissionGuardOverrideUsed", 0, 70, "admissionguard_rules_total{rule=\"namespace-quota\", outcome=\"warned\"}|0+1x80"),

        new(
            "AdmissionGuardNamespaceInDanger",
            2,
            3,
            "admissionguard_namespaces{state=\"stale-uid\"}|1x9",
            "admissionguard_namespaces{state=\"unknown-tenant\"}|3x9"),
        new("AdmissionGuardNamespaceInDanger", 0, 2, "admissionguard_namespaces{state=\"stale-uid\"}|1x9"),
        new(
            "AdmissionGuardNamespaceInDanger",
            0,
            4,
            "admissionguard_namespaces{state=\"stale-uid\"}|0x9",
            "admissionguard_namespaces{state=\"consistent\"}|5x9",
            "admissionguard_namespaces{state=\"conflicting\"}|5x9"),

        new(
            "AdmissionGuardNamespacesContradictory",
            3,
            65,
            [
                .. new[] { "conflicting", "label-only", "owner-only" }.Select(
                    state => $"admissionguard_namespaces{{state=\"{state}\"}}|1x90"),
            ]),
        new(
            "AdmissionGuardNamespacesContradictory",
            0,
            65,
            "admissionguard_namespaces{state=\"conflicting\"}|1x50 0x40",
            "admissionguard_namespaces{state=\"none\"}|5x90",
            "admissionguard_namespaces{state=\"consistent\"}|5x90"),

        new("AdmissionGuardAuditStale", 1, 80, "admissionguard_audit_last_success_timestamp_seconds|0x90"),
        new(
            "AdmissionGuardAuditStale",
            0,
            80,
            "admissionguard_audit_last_success_timestamp_seconds{instance=\"a\"}|0x90",
            "admissionguard_audit_last_success_timestamp_seconds{instance=\"b\"}|0+60x90"),
    ];

    private static string Shed(string why, string values) =>
        $"admissionguard_reviews_shed_total{{endpoint=\"validate\", why=\"{why}\"}}|{values}";

    private static string Closed(string listener, string values) =>
        $"admissionguard_connections_closed_total{{listener=\"{listener}\", why=\"idle\"}}|{values}";

    private static string Bucket(string endpoint, string le, int aMinute) =>
        $"{Reviews}_bucket{{endpoint=\"{endpoint}\", le=\"{le}\"}}|0+{aMinute}x40";
}
