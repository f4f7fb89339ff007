using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Certificates;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The API server trusts the certificate that the guard serves.</summary>
internal sealed class CaBundle : ICheck
{
    public string Name => "ca-bundle";

    public string Summary => "Each `caBundle` trusts the certificate in the Secret (with `--endpoint`: the one that is served), by its authority and its name, and holds no authority that has expired.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var found = new List<Diagnosis>();
        foreach (var standard in HookStandard.Both)
        {
            if (await patient.HookAsync(standard) is { } hook)
            {
                found.AddRange(await LookAsync(patient, hook));
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<Diagnosis>> LookAsync(Patient patient, Hook hook)
    {
        var (bundle, renewal, now) = (Bundle.Of(hook), Renewal.Of(await patient.Installation, hook), patient.Time.GetUtcNow());
        if (bundle is null or [])
        {
            return [Diagnosis.Failed(
                $"{hook.Name} has {(bundle is null ? "a caBundle that can't be read: the API server does not trust the guard" : "no caBundle: the API server trusts only its system's authorities there")}", renewal.Authority)];
        }

        var reading = await new ServedCertificates(patient).FindAsync(hook);
        if (reading is not Reading<Served>.Read { Value: var served })
        {
            return [Diagnosis.Unknown($"{hook.Name}: the certificate that is served could not be read: {Unread.WhyOf(reading)}", LookYourself(await patient.Installation))];
        }

        // The check of the certificate says so: it is another one that is served.
        return served.Unfit is null ? [Of(hook, bundle, served, renewal, now)] : [];
    }

    private static Diagnosis Of(Hook hook, X509Certificate2Collection bundle, Served served, Renewal renewal, DateTimeOffset now)
    {
        if (served.Complaint(bundle, ServedCertificates.HostOf(hook), now) is { } complaint)
        {
            return Diagnosis.Failed($"{hook.Name} does not trust the certificate {served.Origin}: {complaint}", renewal.Authority);
        }

        return bundle.FirstOrDefault(each => Served.IsOver(each, now)) is { } over
            ? Diagnosis.Warning($"{hook.Name} trusts the certificate {served.Origin}, but its caBundle has an authority, too, that expired on {Served.Day(over.NotAfter)}", renewal.Authority)
            : Diagnosis.Ok($"{hook.Name} trusts the certificate {served.Origin}");
    }

    public static Fix LookYourself(Installation installation) => new(
        "let this machine look at what is served:",
        $"kubectl -n {installation.Namespace} port-forward service/{installation.Service} 9443:443 &",
        "admissionguard doctor --endpoint 127.0.0.1:9443");
}
