using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using AdmissionGuard.Core;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>The <c>exec</c> entry of a kubeconfig's user: a program that prints credentials, as those of EKS, GKE and AKS do.</summary>
internal sealed record ExecPlugin(string ApiVersion, string Command)
{
    private const string Group = "client.authentication.k8s.io/";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public ImmutableArray<string> Arguments { get; init; } = [];

    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Its install hint.</summary>
    public string InstallHint { get; init; } = "";

    /// <summary>Where its standard error is shown, escaped as everything that others write; <see langword="null"/> for nowhere.</summary>
    public TextWriter? Screen { get; init; } = Console.IsErrorRedirected ? null : Console.Error;

    /// <summary>Whether it needs a terminal.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The cluster, where it wants to be told.</summary>
    public ExecClusterDto? Cluster { get; init; }

    /// <summary>Runs it.</summary>
    /// <exception cref="ConnectionSourceException">It returned no valid credentials; the message contains the cause.</exception>
    public async Task<ExecStatusDto> RunAsync(CancellationToken cancellation)
    {
        if (ApiVersion is not (Group + "v1" or Group + "v1beta1"))
        {
            throw Fault($"its apiVersion '{ApiVersion}' is neither {Group}v1 nor v1beta1");
        }

        if (IsInteractive)
        {
            throw Fault("its interactiveMode is Always, but there is no terminal");
        }

        using var process = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        try
        {
            var output = BoundedText.ReadAsync(process.StandardOutput, BoundedText.MaxSecret, static _ => { }, limit.Token);
            var error = LastLineAsync(process.StandardError, limit.Token);
            var end = process.WaitForExitAsync(limit.Token);
            // Whichever fails first ends the wait: a plugin that prints without end does not end by itself.
            await foreach (var done in Task.WhenEach(output, error, end))
            {
                await done;
                if (done == end)
                {
                    break;
                }
            }

            if (process.ExitCode == 0)
            {
                return Read(await output);
            }

            var said = await error is { Length: > 0 } text ? $": {MessageText.Cut(text, MessageText.MaxCause)}" : "";
            throw Fault($"it exited with code {process.ExitCode}{said}");
        }
        catch (IOException e)
        {
            process.Kill(entireProcessTree: true);
            throw Fault($"its output can't be read: {e.Message}", e);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw Fault($"it did not exit within {Timeout.TotalSeconds} s");
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(
            Find(),
            Arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] =
            JsonSerializer.Serialize(
                new ExecCredentialDto(ApiVersion, "ExecCredential", new ExecSpecDto(Interactive: false, Cluster), Status: null),
                ExecJsonContext.Default.ExecCredentialDto);
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw Fault($"it can't be started: {e.Message}", e);
        }
    }

    /// <summary>On the PATH and nowhere else: .NET would take one from the current folder first.</summary>
    private string Find()
    {
        var file = Path.IsPathRooted(Command) ? Command : (System.Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => new[] { Path.Combine(folder, Command), Path.Combine(folder, $"{Command}.exe") })
            .FirstOrDefault(File.Exists);
        if (File.Exists(file))
        {
            return file;
        }

        var hint = string.Join(' ', InstallHint.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        throw Fault($"command not found{(hint.Length == 0 ? "" : $". {hint}")}");
    }

    private ExecStatusDto Read(string output)
    {
        ExecCredentialDto? credential;
        try
        {
            credential = JsonSerializer.Deserialize(output, ExecJsonContext.Default.ExecCredentialDto);
        }
        catch (JsonException)
        {
            // What the reader says of it may quote it, and it may hold a token.
            throw Fault("its output is not an ExecCredential");
        }

        return credential switch
        {
            { Kind: not "ExecCredential" } or null => throw Fault("its output is not an ExecCredential"),
            _ when credential.ApiVersion != ApiVersion =>
                throw Fault($"its output is an ExecCredential of '{credential.ApiVersion}', but the kubeconfig requires {ApiVersion}"),
            { Status: { ClientCertificateData.Length: > 0, ClientKeyData.Length: > 0 } status } => status,
            { Status: { ClientCertificateData.Length: > 0 } or { ClientKeyData.Length: > 0 } } =>
                throw Fault("it returned a client certificate without its key, or a key without its certificate"),
            { Status: { Token.Length: > 0 } status } => status,
            _ => throw Fault("it returned neither a token nor a client certificate"),
        };
    }

    /// <summary>The last that it said; all of it goes to the terminal, if there is one: it may ask a person to log in.</summary>
    private async Task<string> LastLineAsync(StreamReader error, CancellationToken cancellation)
    {
        var last = "";
        await BoundedText.ReadAsync(error, BoundedText.MaxSecret, Tell, cancellation);
        return last;

        void Tell(string line)
        {
            last = string.IsNullOrWhiteSpace(line) ? last : line.Trim();
            try
            {
                Screen?.WriteLine(Printable.Escape(line));
            }
            catch (IOException)
            {
                // The terminal is gone; the credentials may still come.
            }
        }
    }

    private ConnectionSourceException Fault(string what, Exception? inner = null) => new($"credential plugin '{Command}': {what}", inner);
}
