using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Certificates;

/// <summary>Who renews the guard's certificate, and publishes its authority: what mends either follows from it.</summary>
/// <param name="IsAutomatic">Whether somebody does it unasked.</param>
/// <param name="Certificate">What renews the certificate.</param>
/// <param name="Authority">What publishes the authority.</param>
internal sealed record Renewal(bool IsAutomatic, Fix Certificate, Fix Authority)
{
    private const string Injected = "cert-manager.io/inject-ca-from";

    public static Renewal Of(Installation installation, Hook hook)
    {
        var place = installation.Namespace;
        if (installation.IsSelfManaged)
        {
            var look = new Fix("the guard does this by itself; its log says what keeps it from it:", $"kubectl -n {place} logs deployment/{installation.Name} | grep -i certificate");
            return new Renewal(IsAutomatic: true, look, look);
        }

        if (hook.Annotations.At(Injected).Text() is { } source)
        {
            return new Renewal(
                IsAutomatic: true,
                new Fix("cert-manager does this; the Certificate's conditions say what keeps it from it:", $"kubectl -n {place} describe certificates"),
                new Fix($"cert-manager's cainjector copies it from {source}; its log says what keeps it from it:", "kubectl -n cert-manager logs deployment/cert-manager-cainjector"));
        }

        return new Renewal(
            IsAutomatic: false,
            new Fix(
                "make a new one, and let the guard serve it:",
                "certs-scripts/make-certs.sh",
                $"kubectl -n {place} create secret tls {installation.Secret} --cert certs/tls.crt --key certs/tls.key --dry-run=client -o yaml | kubectl apply -f -"),
            new Fix("publish the authority that signed it:", "certs-scripts/set-ca-bundle.sh --ca certs/ca.crt --live"));
    }
}
