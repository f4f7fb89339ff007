using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Certificates;

/// <summary>How the guard's certificate is renewed and its authority is published, and the fixes for both.</summary>
/// <param name="IsAutomatic">Whether it happens automatically.</param>
/// <param name="Certificate">What renews the certificate.</param>
/// <param name="Authority">What publishes the authority.</param>
internal sealed record CertificateManagement(bool IsAutomatic, Remediation Certificate, Remediation Authority)
{
    /// <summary>What creates the Secret, if it is missing.</summary>
    public required Remediation Secret { get; init; }

    private const string Injected = "cert-manager.io/inject-ca-from";

    public static CertificateManagement Of(Installation installation, RegisteredWebhook webhook)
    {
        var place = installation.Namespace;
        if (installation.IsSelfManaged)
        {
            var reload = new Remediation(
                "the guard does this itself; see its log for the cause:",
                $"kubectl -n {place} logs deployment/{installation.Name} | grep -i certificate");
            return new CertificateManagement(IsAutomatic: true, reload, reload)
            {
                Secret = Restoration.Of(
                    installation, "create it again; the guard fills it", "kubectl apply -f deploy/components/self-managed/secret.yaml"),
            };
        }

        if (webhook.Annotations.At(Injected).Text() is { } source)
        {
            var issue = new Remediation(
                "cert-manager does this; see the Certificate's conditions for the cause:", $"kubectl -n {place} describe certificates");
            return new CertificateManagement(
                IsAutomatic: true,
                issue,
                new Remediation(
                    $"cert-manager's cainjector copies it from {source}; see its log for the cause:",
                    "kubectl -n cert-manager logs deployment/cert-manager-cainjector")) { Secret = issue };
        }

        var renew = new Remediation(
            "create a new certificate for the guard:",
            "certs-scripts/make-certs.sh",
            $"kubectl -n {place} create secret tls {installation.Secret} --cert certs/tls.crt --key certs/tls.key --dry-run=client -o "
                + "yaml | kubectl apply -f -");
        return new CertificateManagement(
            IsAutomatic: false,
            renew,
            // Helm owns the field, and a change that others make ends its next upgrade with a conflict.
            installation.HelmRelease is { } release
                ? new Remediation(
                    "publish its certificate authority:",
                    $"helm upgrade {release} deploy/chart --namespace {place} --reset-then-reuse-values "
                        + "--set-file certificates.caBundle=certs/ca.crt")
                : new Remediation("publish its certificate authority:", "certs-scripts/set-ca-bundle.sh --ca certs/ca.crt --live"))
        {
            Secret = renew,
        };
    }
}
