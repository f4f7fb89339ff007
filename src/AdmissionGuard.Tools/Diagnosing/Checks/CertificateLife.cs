using System.Globalization;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Certificates;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The certificate that is served has long enough to live.</summary>
internal sealed class CertificateLife : ICheck
{
    // Whoever renews unasked does it at two thirds.
    private const double LastThird = 1.0 / 3;
    private const double LastSixth = 1.0 / 6;

    public string Name => "certificate";

    public string Summary => "The certificate in the Secret (with `--endpoint`: the one that is served) fits its key, and has more than a third of its life left. Where it is renewed unasked, less than a sixth has failed.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        if ((await patient.HookAsync(HookStandard.Validator) ?? await patient.HookAsync(HookStandard.Mutator)) is not { } hook)
        {
            return [];
        }

        return await new ServedCertificates(patient).FindAsync(hook) switch
        {
            Reading<Served>.Read read => [Of(read.Value, Renewal.Of(await patient.Installation, hook), patient.Time.GetUtcNow())],
            var unread => [Diagnosis.Unknown($"the certificate that is served could not be read: {Unread.WhyOf(unread)}", CaBundle.LookYourself(await patient.Installation))],
        };
    }

    private static Diagnosis Of(Served served, Renewal renewal, DateTimeOffset now)
    {
        var (from, to) = (served.Leaf.NotBefore.ToUniversalTime(), served.Leaf.NotAfter.ToUniversalTime());
        var (left, life) = (to - now.UtcDateTime, to - from);
        var ends = string.Create(CultureInfo.InvariantCulture, $"that {served.Origin} ends on {Served.Day(to)}, in {left.TotalDays:0} days");
        return served.Unfit is { } why ? Diagnosis.Failed($"that {served.Origin} can't be served, so the guard serves another one or none: {why}", renewal.Certificate)
            : left <= TimeSpan.Zero ? Diagnosis.Failed($"that {served.Origin} expired on {Served.Day(to)}: the API server no longer trusts the guard", renewal.Certificate)
            : now.UtcDateTime < from ? Diagnosis.Failed($"that {served.Origin} is valid from {from:u} on, which is yet to come: is a clock wrong?", renewal.Certificate)
            : left < life * LastSixth && renewal.IsAutomatic ? Diagnosis.Failed($"{ends}, and should have been renewed", renewal.Certificate)
            : left < life * LastThird ? Diagnosis.Warning($"{ends}: the last third of its life", renewal.Certificate)
            : Diagnosis.Ok(ends);
    }
}
