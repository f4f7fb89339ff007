using System.Globalization;
using AdmissionGuard.Tools.Diagnosing.Certificates;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The served certificate does not expire soon.</summary>
internal sealed class CertificateExpiryCheck : IDoctorCheck
{
    // Automatic renewal happens after two thirds of the lifetime.
    private const double LastThird = 1.0 / 3;
    private const double LastSixth = 1.0 / 6;

    public string Name => "certificate";

    public string Summary =>
        "The certificate in the Secret (with `--endpoint`: the served certificate) matches its key, and more than a third of its lifetime "
            + "is left. If it is renewed automatically, less than a sixth is a failure.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if ((await context.WebhookAsync(ExpectedWebhook.Validator)
            ?? await context.WebhookAsync(ExpectedWebhook.Mutator)) is not { } webhook)
        {
            return [];
        }

        return await new ServedCertificates(context).FindAsync(webhook) switch
        {
            (_, ServedCertificates.NoSecret) =>
                [
                    CheckResult.Failed(
                        $"Secret {(await context.Installation).Secret} not found: a pod that starts has no certificate",
                        CertificateManagement.Of(await context.Installation, webhook).Secret),
                ],
            ({ } served, _) => [Of(served, CertificateManagement.Of(await context.Installation, webhook), context.Time.GetUtcNow())],
            (_, var whyNot) =>
                [
                    CheckResult.Unknown(
                        $"the served certificate could not be read: {whyNot}", CaBundleCheck.LookYourself(await context.Installation)),
                ],
        };
    }

    /// <summary>A time in its largest unit, as kubectl shows ages: never as nothing while there is some.</summary>
    private static string Shown(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => Count(time.TotalDays, "days"),
        { TotalHours: >= 2 } => Count(time.TotalHours, "hours"),
        { TotalMinutes: >= 2 } => Count(time.TotalMinutes, "minutes"),
        _ => Count(Math.Max(0, time.TotalSeconds), "seconds"),
    };

    private static string Count(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(number):0} {unit}");

    private static CheckResult Of(ServingCertificate served, CertificateManagement renewal, DateTimeOffset now)
    {
        var (from, to) = (served.Leaf.NotBefore.ToUniversalTime(), served.Leaf.NotAfter.ToUniversalTime());
        var (left, life) = (to - now.UtcDateTime, to - from);
        var ends = string.Create(
            CultureInfo.InvariantCulture,
            $"certificate {served.Origin} expires on {ServingCertificate.Day(to)}, in {Shown(left)}");
        return served.InvalidReason is { } why ? CheckResult.Failed(
            $"certificate {served.Origin} is invalid, so the guard serves another certificate or none: {why}", renewal.Certificate)
            : left <= TimeSpan.Zero ? CheckResult.Failed(
                $"certificate {served.Origin} expired on {ServingCertificate.Day(to)}: the API server no longer trusts the guard",
                renewal.Certificate)
            : now.UtcDateTime < from ? CheckResult.Failed(
                $"certificate {served.Origin} is not valid before {from:u}, which is in the future: check the clocks", renewal.Certificate)
            : left < life * LastSixth
                && renewal.IsAutomatic ? CheckResult.Failed($"{ends}, and should have been renewed already", renewal.Certificate)
            : left < life * LastThird ? CheckResult.Warning($"{ends}: less than a third of its lifetime is left", renewal.Certificate)
            : CheckResult.Ok(ends);
    }
}
