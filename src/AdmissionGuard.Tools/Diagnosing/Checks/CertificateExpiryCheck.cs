using System.Globalization;
using AdmissionGuard.Tools.Diagnosing.Certificates;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The certificate that is served has long enough to live.</summary>
internal sealed class CertificateExpiryCheck : IDoctorCheck
{
    // Whoever renews unasked does it at two thirds.
    private const double LastThird = 1.0 / 3;
    private const double LastSixth = 1.0 / 6;

    public string Name => "certificate";

    public string Summary => "The certificate in the Secret (with `--endpoint`: the one that is served) fits its key, and has more than a third of its life left. Where it is renewed unasked, less than a sixth has failed.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if ((await context.WebhookAsync(ExpectedWebhook.Validator) ?? await context.WebhookAsync(ExpectedWebhook.Mutator)) is not { } webhook)
        {
            return [];
        }

        return await new ServedCertificates(context).FindAsync(webhook) switch
        {
            ({ } served, _) => [Of(served, CertificateIssuance.Of(await context.Installation, webhook), context.Time.GetUtcNow())],
            (_, var whyNot) => [CheckResult.Unknown($"the certificate that is served could not be read: {whyNot}", CaBundleCheck.LookYourself(await context.Installation))],
        };
    }

    private static CheckResult Of(ServingCertificate served, CertificateIssuance renewal, DateTimeOffset now)
    {
        var (from, to) = (served.Leaf.NotBefore.ToUniversalTime(), served.Leaf.NotAfter.ToUniversalTime());
        var (left, life) = (to - now.UtcDateTime, to - from);
        var ends = string.Create(CultureInfo.InvariantCulture, $"that {served.Origin} ends on {ServingCertificate.Day(to)}, in {left.TotalDays:0} days");
        return served.Unfit is { } why ? CheckResult.Failed($"that {served.Origin} can't be served, so the guard serves another one or none: {why}", renewal.Certificate)
            : left <= TimeSpan.Zero ? CheckResult.Failed($"that {served.Origin} expired on {ServingCertificate.Day(to)}: the API server no longer trusts the guard", renewal.Certificate)
            : now.UtcDateTime < from ? CheckResult.Failed($"that {served.Origin} is valid from {from:u} on, which is yet to come: is a clock wrong?", renewal.Certificate)
            : left < life * LastSixth && renewal.IsAutomatic ? CheckResult.Failed($"{ends}, and should have been renewed", renewal.Certificate)
            : left < life * LastThird ? CheckResult.Warning($"{ends}: the last third of its life", renewal.Certificate)
            : CheckResult.Ok(ends);
    }
}
