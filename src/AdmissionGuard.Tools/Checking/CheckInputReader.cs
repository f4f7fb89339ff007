using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Simulation;
using AdmissionGuard.Tools.Simulation.Clusters;
using Microsoft.Extensions.Configuration.Memory;

namespace AdmissionGuard.Tools.Checking;

/// <summary>Reads all input, without a decision.</summary>
/// <param name="options">What was given.</param>
/// <param name="reader">Reads files.</param>
/// <param name="errors">Receives the errors.</param>
internal sealed class CheckInputReader(CheckOptions options, DocumentReader reader, InputErrors errors)
{
    private ManifestStore? _objects;
    private CaseEnvironment? _ofRequests;

    public IReadOnlyList<AdmissionCase> Read() => options.IsOneRequest ? OneRequest() : [.. Documents()];

    private List<AdmissionCase> OneRequest()
    {
        var environment = OfRequests();
        var old = options.Old is { } oldFile && Only(oldFile, isCreated: false) is { } found
            ? AdmissionReviewFactory.Stored(found, environment)
            : null;
        var now = options.New is { } newFile ? Only(newFile, isCreated: options.Old is null) : null;
        var asked = new SimulatedRequest
        {
            User = new SimulatedUser(options.User, [.. options.Groups]),
            FieldManager = options.FieldManager,
            SubResource = options.SubResource,
        };
        return errors.IsEmpty && AdmissionReviewFactory.Build(asked, old, now, errors) is { } review
            ? [
                new AdmissionCase(
                    $"namespace/{GeneratedName.Of((now ?? old)!.Root)}",
                    (now ?? old)!,
                    review,
                    environment.Options,
                    Dependencies(environment, review)),
            ]
            : [];
    }

    private Document? Only(string file, bool isCreated)
    {
        switch (reader.Read(file))
        {
            case [var only]:
                NamespaceManifest.Check(only, isCreated, errors);
                return only;
            case { Count: > 1 } several:
                errors.Add(file, $"has {several.Count} documents; it must have exactly one, a Namespace");
                return null;
            default:
                return null;
        }
    }

    private List<AdmissionCase> Documents()
    {
        var (cases, others) = (new List<AdmissionCase>(), new List<Document>());
        var caseReader = new CaseReader(reader, Flags(isOfCases: true), errors);
        foreach (var document in options.Inputs.SelectMany(given => InputFiles.Expand(given, errors))
            .Distinct(StringComparer.Ordinal)
            .SelectMany(file => reader.Read(file)))
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
            errors.Add(
                other.Error(
                    "$",
                    $"is neither an AdmissionReview (admission.k8s.io/v1) nor a Case ({CaseReader.ApiVersion}), and no case refers to "
                        + "this file"));
        }

        foreach (var twice in cases.Where(each => each.Expectation is not null)
            .GroupBy(each => each.Name, StringComparer.Ordinal)
            .SelectMany(same => same.Skip(1)))
        {
            errors.Add(twice.Document.Error("$.name", $"the case name {twice.Name} is used twice"));
        }

        return cases;
    }

    private AdmissionCase OfReview(Document document)
    {
        var environment = OfRequests();
        var name = reader.Read(document.File).Count > 1 ? $"{document.File}#{document.Number}" : document.File;
        return new AdmissionCase(name, document, document.Root, environment.Options, Dependencies(environment, document.Root));
    }

    private CaseEnvironment OfRequests() => _ofRequests ??= Flags(isOfCases: false);

    private Core.Decisions.EngineDependencies Dependencies(CaseEnvironment environment, JsonObject review) =>
        OfflineCluster.Read(
            environment.Objects, AdmissionReviewFactory.StoredIn(review), environment.Options, new FixedClock(environment.At), errors);

    /// <summary>The options. Cases give the same result everywhere, so environment variables are ignored.</summary>
    private CaseEnvironment Flags(bool isOfCases)
    {
        var reading = new ConfigurationReader(options.Config, options.Set, isOfCases ? new MemoryConfigurationSource() : null).Read();
        foreach (var error in reading.Errors)
        {
            errors.Add(error);
        }

        return new CaseEnvironment(_objects ??= Objects(reading.Options), reading.Options, options.At);
    }

    private ManifestStore Objects(GuardOptions guard)
    {
        var kind = guard.Tenant;
        return ManifestStore.Empty
            .With(Given(options.Tenants, IsTenant, $"{kind.Kind} of {kind.Group}"), errors)
            .With(Given(options.Grants, IsGrant, "ClusterRole or ClusterRoleBinding"), errors);

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
            var read = InputFiles.Expand(each, errors).SelectMany(file => reader.Read(file, mayBeOther: isFolder)).Where(isWanted).ToList();
            if (errors.IsEmpty && read is [])
            {
                errors.Add(each, $"contains no {wanted}");
            }

            documents.AddRange(read);
        }

        return documents;
    }
}
