using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>Reads what a case is decided by: its own objects and settings, over what the command line says.</summary>
/// <param name="reader">Reads the files that cases refer to.</param>
/// <param name="flags">What the command line says.</param>
/// <param name="complaints">Takes what is wrong.</param>
internal sealed class CaseSurroundings(DocumentReader reader, Surroundings flags, Complaints complaints)
{
    private readonly HashSet<string> _referred = new(StringComparer.Ordinal);

    /// <summary>The files that some case refers to.</summary>
    public IReadOnlySet<string> Referred => _referred;

    public Surroundings Read(Fields fields)
    {
        var options = flags.Options;
        foreach (var document in Documents(fields, "config"))
        {
            options = CaseConfiguration.Apply(options, document, complaints);
        }

        var kind = options.Tenant;
        var objects = flags.Objects
            .With(Documents(fields, "cluster"), complaints)
            .With(Documents(fields, "tenants", kind.ApiVersion, kind.Kind), complaints)
            .With(Documents(fields, "grants", $"{Rbac.ClusterRoles.Group}/v1"), complaints)
            .With(Documents(fields, "capsuleConfiguration", kind.ApiVersion, "CapsuleConfiguration"), complaints);
        return new Surroundings(objects, options, Time(fields) ?? flags.At);
    }

    /// <summary>What a field holds: objects, or the names of files and folders beside the case.</summary>
    private List<Document> Documents(Fields fields, string name, string apiVersion = "", string kind = "")
    {
        var documents = new List<Document>();
        foreach (var (item, path) in fields.Items(name))
        {
            if (item is JsonObject inline)
            {
                documents.Add(fields.Document.Part(Whole(inline, apiVersion, kind), path));
            }
            else if (item is JsonValue value && value.TryGetValue<string>(out var file) && FileName.IsValid(file))
            {
                documents.AddRange(Refer(InputFiles.Beside(fields.Document.File, file)));
            }
            else
            {
                complaints.Add(fields.Document.Error(path, "is to be an object, or the name of a file or folder beside this one"));
            }
        }

        return documents;
    }

    private IEnumerable<Document> Refer(string given)
    {
        foreach (var file in InputFiles.Expand(given, complaints))
        {
            _referred.Add(Path.GetFullPath(file));
            foreach (var document in reader.Read(file))
            {
                yield return document;
            }
        }
    }

    /// <summary>An object written in its field may leave out what the field says already.</summary>
    private static JsonObject Whole(JsonObject inline, string apiVersion, string kind)
    {
        var whole = (JsonObject)inline.DeepClone();
        Default("apiVersion", apiVersion);
        Default("kind", kind);
        if (kind == "CapsuleConfiguration" && !whole.ContainsKey("metadata"))
        {
            whole["metadata"] = new JsonObject { ["name"] = "default" };
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

    private static DateTimeOffset? Time(Fields fields)
    {
        if (fields.Text("at") is not { } text)
        {
            return null;
        }

        if (Requests.TryReadTime(text, out var time))
        {
            return time;
        }

        fields.Complain("at", Requests.WantedTime);
        return null;
    }
}
