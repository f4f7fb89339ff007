using System.CommandLine;
using AdmissionGuard.Commands.Completion;
using AdmissionGuard.Core;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Commands;

/// <summary>The options of a command that connects to an API server: the same for every one that people run.</summary>
internal sealed class ConnectionFlags
{
    public ConnectionFlags() => (_, _) = (Kubeconfig.WithFiles(), Context.WithContexts(Kubeconfig));

    public Option<string?> Kubeconfig { get; } = new("--kubeconfig")
    {
        HelpName = "FILE",
        Description = "The kubeconfig for the API server (default: $KUBECONFIG, ~/.kube/config, the pod's service account)",
    };

    public Option<string?> Context { get; } =
        new("--context") { HelpName = "NAME", Description = "The kubeconfig context to use (default: the current context)" };

    public Option<Duration> RequestTimeout { get; } = Timeout();

    /// <summary>Parses a time as kubectl does: a number alone is seconds, and 0 is no limit.</summary>
    /// <returns>The time; <see langword="null"/> if the text is none.</returns>
    public static Duration? ParseTimeout(string text) =>
        Duration.Parse(text.Length > 0 && text.All(char.IsAsciiDigit) ? $"{text}s" : text);

    private static Option<Duration> Timeout() => new(ClusterSession.RequestTimeoutFlag)
    {
        HelpName = "DURATION",
        Description = "How long to wait for the answer to a single request, as in 1s, 2m or 3h; a number without a unit is seconds, and 0 "
            + "means no limit",
        DefaultValueFactory = _ => new Duration(ClusterSession.StandardRequestTimeout),
        CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (ParseTimeout(text) is { } time)
            {
                // No timer runs for longer.
                return time.Time < Deadline.Longest ? time : new Duration(Deadline.Longest);
            }

            result.AddError(
                $"{ClusterSession.RequestTimeoutFlag}: '{text}' is neither a number of seconds nor a duration, as in 1s, 2m or 3h");
            return default;
        },
    };
}
