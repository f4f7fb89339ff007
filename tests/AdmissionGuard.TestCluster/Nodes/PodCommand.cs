using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AdmissionGuard.TestCluster.Nodes;

/// <summary>
/// The command line of a pod's container, for a process of this machine: with the volumes' folders in place of their mount paths, and free
/// ports of loopback in place of the addresses to listen on.
/// </summary>
internal sealed record PodCommand
{
    private const string Serve = "serve";
    private const string Certificates = "/etc/admissionguard/tls";

    /// <summary>The arguments of the program.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>What is added to its environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The container's port of reviews.</summary>
    public int ReviewsPort { get; private init; } = 9443;

    /// <summary>The container's port of health and metrics.</summary>
    public int HealthPort { get; private init; } = 8080;

    /// <summary>Whether it runs until it is stopped.</summary>
    public bool IsServer { get; private init; }

    /// <summary>Translates the first container of a pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="address">The pod's address.</param>
    /// <param name="folders">The volumes' folders, by their mount paths.</param>
    /// <param name="kubeconfig">The kubeconfig of its service account; a pod has it where KUBECONFIG is not set.</param>
    public static PodCommand Of(JsonObject pod, string address, IReadOnlyDictionary<string, string> folders, string kubeconfig)
    {
        var container = pod["spec"]!["containers"]![0]!;
        List<string> arguments = [.. Texts(container["args"]).Select(Local)];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["KUBECONFIG"] = kubeconfig };
        foreach (var variable in container["env"]?.AsArray() ?? [])
        {
            var field = (string?)variable!["valueFrom"]?["fieldRef"]?["fieldPath"];
            if (((string?)variable["value"] ?? OfField(pod, address, field)) is { } value)
            {
                environment[(string)variable["name"]!] = Local(value);
            }
        }

        var command = new PodCommand { Arguments = [.. arguments], Environment = environment };
        return arguments is [Serve, ..] ? command.Served((string)pod["metadata"]!["namespace"]!, folders) : command;

        string Local(string text) => folders.Aggregate(
            text, (all, mount) => all.Replace(mount.Key, mount.Value, StringComparison.Ordinal));
    }

    private PodCommand Served(string @namespace, IReadOnlyDictionary<string, string> folders)
    {
        List<string> arguments = [.. Arguments];
        var (reviews, health) = (Take(arguments, "--listen"), Take(arguments, "--health-listen"));
        arguments.AddRange(["--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0"]);
        if (!IsGiven(arguments, "--namespace"))
        {
            // A pod reads it from the volume of its service account.
            arguments.AddRange(["--namespace", @namespace]);
        }

        if (!IsGiven(arguments, "--tls-cert") && folders.TryGetValue(Certificates, out var folder))
        {
            arguments.AddRange(["--tls-cert", Path.Combine(folder, "tls.crt"), "--tls-key", Path.Combine(folder, "tls.key")]);
        }

        return this with
        {
            IsServer = true,
            Arguments = [.. arguments],
            ReviewsPort = PortOf(reviews) ?? ReviewsPort,
            HealthPort = PortOf(health) ?? HealthPort,
        };
    }

    private static string? OfField(JsonObject pod, string address, string? path) => path switch
    {
        "metadata.name" => (string)pod["metadata"]!["name"]!,
        "metadata.namespace" => (string)pod["metadata"]!["namespace"]!,
        "metadata.uid" => (string)pod["metadata"]!["uid"]!,
        "spec.nodeName" => (string?)pod["spec"]!["nodeName"],
        "status.podIP" => address,
        _ => null,
    };

    private static bool IsGiven(List<string> arguments, string option) =>
        arguments.Exists(each => each == option || each.StartsWith($"{option}=", StringComparison.Ordinal));

    /// <summary>Removes an option, and returns its value.</summary>
    private static string? Take(List<string> arguments, string option)
    {
        var at = arguments.FindIndex(each => each == option || each.StartsWith($"{option}=", StringComparison.Ordinal));
        if (at < 0)
        {
            return null;
        }

        var isApart = arguments[at] == option;
        var value = isApart ? arguments.ElementAtOrDefault(at + 1) : arguments[at][(option.Length + 1)..];
        arguments.RemoveRange(at, Math.Min(isApart ? 2 : 1, arguments.Count - at));
        return value;
    }

    private static int? PortOf(string? address) =>
        int.TryParse(address?.Split(':')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static IEnumerable<string> Texts(JsonNode? array) => (array?.AsArray() ?? []).Select(each => (string)each!);
}
