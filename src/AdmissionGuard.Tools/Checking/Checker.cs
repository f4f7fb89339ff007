using AdmissionGuard.Core;
using AdmissionGuard.Server.Admission.Reviews;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Checking.Output;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Checking;

/// <summary><c>admissionguard check</c>: reads all, decides all, and tells.</summary>
/// <param name="options">What was asked.</param>
/// <param name="terminal">Where it is told.</param>
internal sealed class Checker(CheckOptions options, Terminal terminal)
{
    private readonly Complaints _complaints = new();

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var cases = new InputReader(options, new DocumentReader(terminal.Input, _complaints), _complaints).Read();
        var findings = _complaints.IsEmpty ? await DecideAsync(cases, cancellation) : [];
        if (!_complaints.IsEmpty)
        {
            return terminal.Complain(_complaints.All.Select(error => error.ToString()), ExitCode.BadInput);
        }

        Report.Write(findings, options.Format, terminal);
        return findings.All(Report.IsGood) ? ExitCode.Done : ExitCode.Refused;
    }

    private async Task<IReadOnlyList<Finding>> DecideAsync(IReadOnlyList<Case> cases, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        foreach (var each in cases)
        {
            try
            {
                var result = await new Trial(each.Ports, each.Options).RunAsync(each.Review, cancellation);
                using var deadline = new Deadline(each.Ports.Clock, Timeout.InfiniteTimeSpan, cancellation);
                findings.Add(await Finding.OfAsync(each, result, deadline));
            }
            catch (BadReviewException e)
            {
                // Bytes are counted in what was sent, not in the file.
                var words = e.Message.StartsWith("byte ", StringComparison.Ordinal) ? e.Message[(e.Message.IndexOf(':', StringComparison.Ordinal) + 2)..] : e.Message;
                _complaints.Add(each.Document.Error("$", words));
            }
        }

        return findings;
    }
}
