using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Simulation.Clusters;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>Reads Cases: our own kind of document, whose fields deploy/docs/check.md names.</summary>
/// <param name="reader">Reads the files that cases refer to.</param>
/// <param name="flags">What the command line says, under what the case does.</param>
/// <param name="complaints">Takes what is wrong.</param>
internal sealed class CaseReader(DocumentReader reader, Surroundings flags, Complaints complaints)
{
    public const string Group = "admissionguard.io";
    public const string ApiVersion = $"{Group}/v1alpha1";
    public const string Kind = "Case";

    private readonly CaseSurroundings _surroundings = new(reader, flags, complaints);

    /// <summary>The files that some case refers to.</summary>
    public IReadOnlySet<string> Referred => _surroundings.Referred;

    public Case? Read(Document document)
    {
        var fields = new Fields(document, document.Root, JsonPath.Root, complaints);
        var (apiVersion, _) = (fields.Text("apiVersion"), fields.Text("kind"));
        if (apiVersion != ApiVersion)
        {
            fields.Complain("apiVersion", $"is to be {ApiVersion}");
            return null;
        }

        var (name, description) = (fields.Required("name"), fields.Required("description"));
        var surroundings = _surroundings.Read(fields);
        var review = new CaseRequest(fields, surroundings, complaints).Read();
        var expectation = fields.Map("expect") is { } expect ? Expectation.Read(fields.Below("expect", expect)) : null;
        if (fields.Node("expect") is null)
        {
            fields.Complain("expect", "is needed, with a verdict");
        }

        fields.Close();
        var ports = OfflineCluster.Read(surroundings.Objects, Requests.StoredIn(review), surroundings.Options, new FixedClock(surroundings.At), complaints);
        return review is null || expectation is null ? null : new Case(name, document, review, surroundings.Options, ports)
        {
            Description = description,
            Expectation = expectation,
        };
    }
}
