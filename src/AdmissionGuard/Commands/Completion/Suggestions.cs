using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands.Completion;

/// <summary>The values that options and arguments offer to be completed with.</summary>
internal static class Suggestions
{
    // A shell waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The names of files: the shell completes them.</summary>
    public static T WithFiles<T>(this T symbol)
        where T : Symbol => With(symbol, static context => [$"{SuggestAction.Files} {context.WordToComplete}"]);

    /// <summary>The words of a fixed set.</summary>
    public static T WithWords<T>(this T symbol, params string[] words)
        where T : Symbol => With(symbol, _ => words);

    /// <summary>The contexts of the kubeconfig.</summary>
    public static Option<string?> WithContexts(this Option<string?> option, Option<string?> kubeconfig) =>
        With(option, context => ClusterConnection.ContextNames(context.ParseResult.GetValue(kubeconfig)));

    /// <summary>The namespaces of the cluster that the other options name.</summary>
    public static T WithNamespaces<T>(this T symbol, ConnectionFlags connection)
        where T : Symbol => With(symbol, context => Names(context.ParseResult, connection, "api/v1/namespaces"));

    /// <summary>The tenants of the cluster that the other options name.</summary>
    public static T WithTenants<T>(this T symbol, ConnectionFlags connection)
        where T : Symbol => With(symbol, context => Names(context.ParseResult, connection, new TenantKind().Path));

    private static T With<T>(T symbol, Func<CompletionContext, IEnumerable<string>> find)
        where T : Symbol
    {
        List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources;
        switch (symbol)
        {
            case Option option:
                sources = option.CompletionSources;
                break;
            case Argument argument:
                // Without it, the help asks for completions, and shows them.
                argument.HelpName ??= argument.Name;
                sources = argument.CompletionSources;
                break;
            default:
                throw new ArgumentException("it has no values", nameof(symbol));
        }

        sources.Clear();
        sources.Add(context => Found(find, context).Select(static word => new CompletionItem(word)));
        return symbol;
    }

    private static IReadOnlyList<string> Found(Func<CompletionContext, IEnumerable<string>> find, CompletionContext context)
    {
        try
        {
            return [.. find(context)];
        }
        catch (Exception e) when (e is ConnectionSourceException or OperationCanceledException)
        {
            // There is no cluster, or it takes too long: nothing is offered.
            return [];
        }
    }

    private static List<string> Names(ParseResult parse, ConnectionFlags connection, string path) =>
        NamesAsync(parse.GetValue(connection.Kubeconfig), parse.GetValue(connection.Context), path).GetAwaiter().GetResult();

    private static async Task<List<string>> NamesAsync(string? kubeconfig, string? context, string path)
    {
        var nobody = new Terminal(() => TextReader.Null, TextWriter.Null, TextWriter.Null, isColored: false);
        using var patience = new CancellationTokenSource(Patience);
        await using var session = ClusterSession.Open(kubeconfig, context, nobody, Patience);
        return await new ClusterReader(session.Calls, TimeProvider.System, patience.Token).GetAsync($"{path}?limit=500")
            is ReadResult<JsonObject>.Found list ? [.. list.Value.At("items").Items().Select(item => item.NameOf())] : [];
    }
}
