using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Simulation;
using AdmissionGuard.Tools.Simulation.Clusters;
using Microsoft.Extensions.Configuration.Memory;

namespace AdmissionGuard.Tools.Checking;

/// <summary>Reads everything that was given, and decides nothing.</summary>
/// <param name="options">What was given.</param>
/// <param name="reader">Reads files.</param>
/// <param name="complaints">Takes everything that is wrong.</param>
internal sealed class InputReader(CheckOptions options, DocumentReader reader, Complaints complaints)
{
    private ObjectSet? _objects;
    private Surroundings? _ofRequests;

    public IReadOnlyList<Case> Read() => options.IsOneRequest ? OneRequest() : [.. Documents()];

    private List<Case> OneRequest()
    {
        var surroundings = OfRequests();
        var old = options.Old is { } oldFile && Only(oldFile, isCreated: false) is { } found ? Requests.Stored(found, surroundings) : null;
        var now = options.New is { } newFile ? Only(newFile, isCreated: options.Old is null) : null;
        var asked = new Asked { User = new Person(options.User, [.. options.Groups]), FieldManager = options.FieldManager, SubResource = options.SubResource };
        return complaints.IsEmpty && Requests.Build(asked, old, now, complaints) is { } review
            ? [new Case($"namespace/{GeneratedName.Of((now ?? old)!.Root)}", (now ?? old)!, review, surroundings.Options, Ports(surroundings, review))]
            : [];
    }

    private Document? Only(string file, bool isCreated)
    {
        switch (reader.Read(file))
        {
            case [var only]:
                NamespaceManifest.Check(only, isCreated, complaints);
                return only;
            case { Count: > 1 } several:
                complaints.Add(file, $"has {several.Count} documents; it is to have one, a Namespace");
                return null;
            default:
                return null;
        }
    }

    private List<Case> Documents()
    {
        var (cases, others) = (new List<Case>(), new List<Document>());
        var caseReader = new CaseReader(reader, Flags(isOfCases: true), complaints);
        foreach (var document in options.Inputs.SelectMany(given => InputFiles.Expand(given, complaints)).Distinct(StringComparer.Ordinal).SelectMany(file => reader.Read(file)))
        {
            if (document.Is("admission.k8s.io", "AdmissionReview"))
            {
                cases.Add(OfReview(document));
            }
            else if (document.Is(CaseReader.Group, CaseReader.Kind))
            {
                cases.AddRange(caseReader.Read(document) is { } read ? [read] : []);
            }
            else
            {
                others.Add(document);
            }
        }

        foreach (var other in others.Where(other => !caseReader.Referred.Contains(Path.GetFullPath(other.File))))
        {
            complaints.Add(other.Error("$", $"is neither an AdmissionReview (admission.k8s.io/v1) nor a Case ({CaseReader.ApiVersion}), and no case refers to this file"));
        }

        foreach (var twice in cases.Where(each => each.Expectation is not null).GroupBy(each => each.Name, StringComparer.Ordinal).SelectMany(same => same.Skip(1)))
        {
            complaints.Add(twice.Document.Error("$.name", $"there is another case called {twice.Name}"));
        }

        return cases;
    }

    private Case OfReview(Document document)
    {
        var surroundings = OfRequests();
        var name = reader.Read(document.File).Count > 1 ? $"{document.File}#{document.Number}" : document.File;
        return new Case(name, document, document.Root, surroundings.Options, Ports(surroundings, document.Root));
    }

    private Surroundings OfRequests() => _ofRequests ??= Flags(isOfCases: false);

    private Core.Decisions.Ports Ports(Surroundings surroundings, JsonObject review) =>
        OfflineCluster.Read(surroundings.Objects, Requests.StoredIn(review), surroundings.Options, new FixedClock(surroundings.At), complaints);

    /// <summary>What the flags say. Cases are the same everywhere, so that no environment has a say in them.</summary>
    private Surroundings Flags(bool isOfCases)
    {
        var reading = new ConfigurationReader(options.Config, options.Set, isOfCases ? new MemoryConfigurationSource() : null).Read();
        foreach (var error in reading.Errors)
        {
            complaints.Add(error);
        }

        return new Surroundings(_objects ??= Objects(reading.Options), reading.Options, options.At);
    }

    private ObjectSet Objects(GuardOptions guard)
    {
        var kind = guard.Tenant;
        return ObjectSet.Empty
            .With(Given(options.Tenants, IsTenant, $"{kind.Kind} of {kind.Group}"), complaints)
            .With(Given(options.Grants, IsGrant, "ClusterRole or ClusterRoleBinding"), complaints);

        bool IsTenant(Document document) => document.Group == kind.Group;

        static bool IsGrant(Document document) => document.Group == Rbac.ClusterRoles.Group;
    }

    /// <summary>What is wanted of some files; a folder of a Git repository holds much besides.</summary>
    private List<Document> Given(IReadOnlyList<string> given, Func<Document, bool> isWanted, string wanted)
    {
        var documents = new List<Document>();
        foreach (var each in given)
        {
            var isFolder = Directory.Exists(each);
            var read = InputFiles.Expand(each, complaints).SelectMany(file => reader.Read(file, mayBeOther: isFolder)).Where(isWanted).ToList();
            if (complaints.IsEmpty && read is [])
            {
                complaints.Add(each, $"has no {wanted} in it");
            }

            documents.AddRange(read);
        }

        return documents;
    }
}
