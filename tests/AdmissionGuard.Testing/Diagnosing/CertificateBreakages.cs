namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>The Secret with the certificate, and the authority that the API server trusts; the guard manages both itself.</summary>
internal static class CertificateBreakages
{
    private const string Make = """
        certs-scripts/make-certs.sh --dir others
        others=$(base64 -w0 <others/ca.crt)

        """;

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("The caBundle of the validator is emptied", Breakages.Webhook("validating", "clientConfig/caBundle", null),
            "failed ca-bundle: validate.admissionguard.io has no caBundle", Mend.ByGuard),
        new("The caBundle of the mutator is another authority's",
            $"{Make}{Breakages.Webhook("mutating", "clientConfig/caBundle", "\"'$others'\"")}",
            "failed ca-bundle: its certificate authority is not in the caBundle", Mend.ByGuard),
        new("The Secret is emptied",
            """ns patch secret admissionguard-tls --type=json -p '[{"op":"remove","path":"/data"}]'""",
            "unknown certificate: could not be read", Mend.ByGuard),
        new("The Secret loses its key",
            """ns patch secret admissionguard-tls --type=json -p '[{"op":"remove","path":"/data/tls.key"}]'""",
            "failed certificate: is invalid", Mend.ByGuard),
        new("The Secret holds a certificate of another authority", $"{Make}{Holding("others/tls")}",
            "failed ca-bundle: its certificate authority is not in the caBundle", Mend.ByGuard),
        new("The Secret holds a certificate that has expired", Holding("expired"), "failed certificate: expired on", Mend.ByGuard),
        new("The Secret is deleted", "ns delete secret admissionguard-tls", "failed certificate: not found", Mend.Printed),
    ];

    private static string Holding(string file) => $$"""
        ns create secret generic admissionguard-tls --from-file=tls.crt={{file}}.crt --from-file=tls.key={{file}}.key \
          --dry-run=client -o json | ns patch secret admissionguard-tls --type=merge --patch-file=/dev/stdin
        """;
}
