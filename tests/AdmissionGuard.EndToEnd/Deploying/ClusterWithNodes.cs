using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>A control plane with nodes, where what is applied runs, and a folder from which it is applied as documented.</summary>
public class ClusterWithNodes : InstalledCluster
{
    // Older API servers lack some of the kinds and fields: these are left out of what is applied, and all else is done as written.
    private const string OfKnownKinds = """
        #!/bin/bash
        set -euo pipefail
        real=$(dirname "$0")/real/kubectl
        known() {
          awk -v RS='\n---\n' -v served=" $("$real" api-versions | tr '\n' ' ')" '
            { version = $0; sub(/^(.*\n)?apiVersion: /, "", version); sub(/\n.*/, "", version) }
            index(served, " " version " ") { print "---\n" $0 }'
        }
        case " $* " in
          *' -k '*)
            arguments=() folder=
            while (($# > 0)); do
              if [[ $1 == -k ]]; then folder=$2; shift 2; else arguments+=("$1"); shift; fi
            done
            "$real" kustomize "$folder" | known | "$real" "${arguments[@]}" -f -
            ;;
          ' apply -f - ' | ' diff -f - ') known | "$real" "$@" ;;
          *) exec "$real" "$@" ;;
        esac
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    /// <summary>A folder like the top of the repository.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The overlay that brings its own certificates, for this API server.</summary>
    public string Overlay => KnowsEverything ? "deploy/overlays/complete" : "deploy/overlays/self-managed";

    protected override bool HasNodes => true;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Directory.CreateSymbolicLink(At("deploy"), Repository.File("deploy"));
        Directory.CreateSymbolicLink(At("certs-scripts"), Repository.File("certs-scripts"));
        Directory.CreateDirectory(At("bin"));
        if (!KnowsEverything)
        {
            await File.WriteAllTextAsync(At("bin/kubectl"), OfKnownKinds);
            File.SetUnixFileMode(At("bin/kubectl"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateSymbolicLink(At("bin/real"), (await ClientTools.FindAsync()).Folder);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs lines of a shell as an administrator, in the folder.</summary>
    public Task<CommandResult> RunAsync(string lines) => Kubectl.ShellAsync(Folder, $"PATH=$PWD/bin:$PATH\n{lines}");

    /// <summary>Runs lines that are to succeed.</summary>
    /// <exception cref="InvalidOperationException">They failed; the guards' logs are told too.</exception>
    public async Task<string> OkAsync(string lines)
    {
        var answer = await RunAsync(lines);
        return answer.ExitCode == 0
            ? answer.Output.Trim()
            : throw new InvalidOperationException($"{lines}\nfailed: {answer.Error}{answer.Output}\n{Plane.Nodes.Tails()}");
    }

    private string At(string file) => Path.Combine(Folder, file);
}

/// <summary>One for installations that run.</summary>
[CollectionDefinition(nameof(ClusterWithNodes))]
public sealed class ClusterWithNodesDefinition : ICollectionFixture<ClusterWithNodes>;
