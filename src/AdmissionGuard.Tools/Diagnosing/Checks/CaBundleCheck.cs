using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Tools.Diagnosing.Certificates;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The API server trusts the certificate that the guard serves.</summary>
internal sealed class CaBundleCheck : IDoctorCheck
{
    public string Name => "ca-bundle";

    public string Summary =>
        "Each `caBundle` trusts the certificate in the Secret (with `--endpoint`: the served certificate), its name matches, and no "
            + "authority in the `caBundle` has expired.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var found = new List<CheckResult>();
        foreach (var standard in ExpectedWebhook.Both)
        {
            if (await context.WebhookAsync(standard) is { } webhook)
            {
                found.AddRange(await LookAsync(context, webhook));
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<CheckResult>> LookAsync(DoctorContext context, RegisteredWebhook webhook)
    {
        var (bundle, now) = (CaBundle.Of(webhook), context.Time.GetUtcNow());
        var renewal = CertificateManagement.Of(await context.Installation, webhook);
        if (bundle is null or [])
        {
            var fault = bundle is null
                ? "an invalid caBundle: the API server does not trust the guard"
                : "no caBundle: the API server trusts only the certificate authorities of its system";
            return [CheckResult.Failed($"{webhook.Name} has {fault}", renewal.Authority)];
        }

        var (served, whyNot) = await new ServedCertificates(context).FindAsync(webhook);
        if (whyNot == ServedCertificates.NoSecret)
        {
            // The check of the certificate reports it.
            return [];
        }

        if (served is null)
        {
            return [
                CheckResult.Unknown(
                    $"{webhook.Name}: the served certificate could not be read: {whyNot}", LookYourself(await context.Installation)),
            ];
        }

        // The check of the certificate says so: it is another one that is served.
        return served.InvalidReason is null ? [Of(webhook, bundle, served, renewal, now)] : [];
    }

    private static CheckResult Of(
        RegisteredWebhook webhook,
        X509Certificate2Collection bundle,
        ServingCertificate served,
        CertificateManagement renewal,
        DateTimeOffset now)
    {
        if (served.Error(bundle, ServedCertificates.HostOf(webhook), now) is { } error)
        {
            return CheckResult.Failed($"{webhook.Name} does not trust the certificate {served.Origin}: {error}", renewal.Authority);
        }

        return bundle.FirstOrDefault(each => ServingCertificate.IsOver(each, now)) is { } over
            ? CheckResult.Warning(
                $"{webhook.Name} trusts the certificate {served.Origin}, but its caBundle also contains an authority that expired on "
                    + $"{ServingCertificate.Day(over.NotAfter)}",
                renewal.Authority)
            : CheckResult.Ok($"{webhook.Name} trusts the certificate {served.Origin}");
    }

    public static Remediation LookYourself(Installation installation) => new(
        "check the served certificate from this machine:",
        $"kubectl -n {installation.Namespace} port-forward service/{installation.Service} 9443:443 &",
        "admissionguard doctor --endpoint 127.0.0.1:9443");
}
