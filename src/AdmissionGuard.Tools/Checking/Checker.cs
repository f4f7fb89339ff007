using AdmissionGuard.Core;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Checking.Output;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Checking;

/// <summary><c>admissionguard check</c>: reads the input, decides, and reports the results.</summary>
/// <param name="options">What was asked.</param>
/// <param name="terminal">Where it is reported.</param>
internal sealed class Checker(CheckOptions options, Terminal terminal)
{
    private readonly InputErrors _errors = new();

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var cases = new CheckInputReader(options, new DocumentReader(terminal.Input, _errors), _errors).Read();
        var findings = _errors.IsEmpty ? await DecideAsync(cases, cancellation) : [];
        if (!_errors.IsEmpty)
        {
            return terminal.Fail(_errors.All.Select(error => error.ToString()), ExitCode.BadInput);
        }

        CheckReport.Write(findings, options.Format, terminal);
        return findings.All(CheckReport.IsGood) ? ExitCode.Done : ExitCode.Refused;
    }

    private async Task<IReadOnlyList<CaseResult>> DecideAsync(IReadOnlyList<AdmissionCase> cases, CancellationToken cancellation)
    {
        var findings = new List<CaseResult>();
        foreach (var each in cases)
        {
            try
            {
                var result = await new AdmissionSimulator(each.Dependencies, each.Options).RunAsync(each.Review, cancellation);
                using var deadline = new Deadline(each.Dependencies.Clock, Timeout.InfiniteTimeSpan, cancellation);
                findings.Add(await CaseResult.OfAsync(each, result, deadline));
            }
            catch (BadReviewException e)
            {
                // Bytes are counted in what was sent, not in the file.
                _errors.Add(each.Document.Error("$", e.What));
            }
        }

        return findings;
    }
}
