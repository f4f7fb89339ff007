using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Simulation.Clusters;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>Reads Cases, whose fields are documented in deploy/docs/check.md.</summary>
/// <param name="reader">Reads the files that cases refer to.</param>
/// <param name="flags">What the command line says, under what the case does.</param>
/// <param name="errors">Receives the errors.</param>
internal sealed class CaseReader(DocumentReader reader, CaseEnvironment flags, InputErrors errors)
{
    public const string Group = "admissionguard.io";
    public const string ApiVersion = $"{Group}/v1alpha1";
    public const string Kind = "Case";

    private readonly CaseEnvironmentReader _surroundings = new(reader, flags, errors);

    /// <summary>The files that some case refers to.</summary>
    public IReadOnlySet<string> Referred => _surroundings.Referred;

    public AdmissionCase? Read(Document document)
    {
        var fields = new ObjectReader(document, document.Root, JsonPath.Root, errors);
        var (apiVersion, _) = (fields.Text("apiVersion"), fields.Text("kind"));
        if (apiVersion != ApiVersion)
        {
            fields.AddError("apiVersion", $"must be {ApiVersion}");
            return null;
        }

        var (name, description) = (fields.Required("name"), fields.Required("description"));
        var environment = _surroundings.Read(fields);
        var review = new CaseRequest(fields, environment, errors).Read();
        var expectation = fields.Map("expect") is { } expect ? CaseExpectation.Read(fields.Below("expect", expect)) : null;
        if (fields.Node("expect") is null)
        {
            fields.AddError("expect", "is required, with a verdict");
        }

        fields.Close();
        var dependencies = OfflineCluster.Read(
            environment.Objects, AdmissionReviewFactory.StoredIn(review), environment.Options, new FixedClock(environment.At), errors);
        return review is null || expectation is null ? null : new AdmissionCase(name, document, review, environment.Options, dependencies)
        {
            Description = description,
            Expectation = expectation,
        };
    }
}
