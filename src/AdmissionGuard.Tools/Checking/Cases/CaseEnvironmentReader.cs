using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>Reads the input of a case: its own objects and settings, over those of the command line.</summary>
/// <param name="reader">Reads the files that cases refer to.</param>
/// <param name="flags">The options of the command line.</param>
/// <param name="errors">Receives the errors.</param>
internal sealed class CaseEnvironmentReader(DocumentReader reader, CaseEnvironment flags, InputErrors errors)
{
    private readonly HashSet<string> _referred = new(StringComparer.Ordinal);

    /// <summary>The files that some case refers to.</summary>
    public IReadOnlySet<string> Referred => _referred;

    public CaseEnvironment Read(ObjectReader fields)
    {
        var options = flags.Options;
        foreach (var document in Documents(fields, "config"))
        {
            options = CaseConfiguration.Apply(options, document, errors);
        }

        var kind = options.Tenant;
        var objects = flags.Objects
            .With(Documents(fields, "cluster"), errors)
            .With(Documents(fields, "tenants", kind.ApiVersion, kind.Kind), errors)
            .With(Documents(fields, "grants", $"{Rbac.ClusterRoles.Group}/v1"), errors)
            .With(CapsuleConfiguration(fields, options), errors);
        return new CaseEnvironment(objects, options, Time(fields) ?? flags.At);
    }

    private List<Document> CapsuleConfiguration(ObjectReader fields, GuardOptions options)
    {
        // Where none is configured nobody reads it, but every object has a name.
        var name = CapsuleConfigurationReference.Of(options)?.Name ?? new GuardOptions().CapsuleConfiguration;
        const string Field = "capsuleConfiguration";
        return Documents(fields, Field, CapsuleConfigurationReference.ApiVersion, CapsuleConfigurationReference.Kind, name);
    }

    /// <summary>What a field holds: objects, or the names of files and folders beside the case.</summary>
    private List<Document> Documents(ObjectReader fields, string name, string apiVersion = "", string kind = "", string objectName = "")
    {
        var documents = new List<Document>();
        foreach (var (item, path) in fields.Items(name))
        {
            if (item is JsonObject inline)
            {
                documents.Add(fields.Document.Part(Whole(inline, apiVersion, kind, objectName), path));
            }
            else if (item is JsonValue value && value.TryGetValue<string>(out var file) && FileName.IsValid(file))
            {
                documents.AddRange(Refer(InputFiles.RelativeTo(fields.Document.File, file)));
            }
            else
            {
                errors.Add(fields.Document.Error(path, "must be an object, or the name of a file or folder in the folder of this file"));
            }
        }

        return documents;
    }

    private IEnumerable<Document> Refer(string given)
    {
        foreach (var file in InputFiles.Expand(given, errors))
        {
            _referred.Add(Path.GetFullPath(file));
            foreach (var document in reader.Read(file))
            {
                yield return document;
            }
        }
    }

    /// <summary>An object written in its field may leave out what the field says already.</summary>
    private static JsonObject Whole(JsonObject inline, string apiVersion, string kind, string objectName)
    {
        var whole = (JsonObject)inline.DeepClone();
        Default("apiVersion", apiVersion);
        Default("kind", kind);
        if (objectName.Length > 0 && !whole.ContainsKey("metadata"))
        {
            whole["metadata"] = new JsonObject { ["name"] = objectName };
        }

        return whole;

        void Default(string field, string value)
        {
            if (value.Length > 0 && !whole.ContainsKey(field))
            {
                whole[field] = value;
            }
        }
    }

    private static DateTimeOffset? Time(ObjectReader fields)
    {
        if (fields.Text("at") is not { } text)
        {
            return null;
        }

        if (AdmissionReviewFactory.TryReadTime(text, out var time))
        {
            return time;
        }

        fields.AddError("at", AdmissionReviewFactory.WantedTime);
        return null;
    }
}
