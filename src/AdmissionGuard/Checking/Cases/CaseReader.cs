using System.Text.Json.Nodes;
using AdmissionGuard.Checking.Clusters;
using AdmissionGuard.Checking.Documents;
using AdmissionGuard.Checking.Trials;

namespace AdmissionGuard.Checking.Cases;

/// <summary>Reads Cases: our own kind of document, whose fields <c>admissionguard check --help</c> names.</summary>
/// <param name="reader">Reads the files that cases refer to.</param>
/// <param name="flags">What the command line says, under what the case does.</param>
/// <param name="complaints">Takes what is wrong.</param>
internal sealed class CaseReader(DocumentReader reader, Surroundings flags, Complaints complaints)
{
    public const string Group = "admissionguard.io";
    public const string ApiVersion = $"{Group}/v1alpha1";
    public const string Kind = "Case";

    private readonly HashSet<string> _referred = new(StringComparer.Ordinal);

    /// <summary>The files that some case refers to.</summary>
    public IReadOnlySet<string> Referred => _referred;

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
        var surroundings = ReadSurroundings(fields);
        var review = ReadRequest(fields, surroundings);
        var expectation = fields.Map("expect") is { } expect ? Expectation.Read(Below(fields, "expect", expect)) : null;
        if (fields.Node("expect") is null)
        {
            fields.Complain("expect", "is needed, with a verdict");
        }

        fields.Close();
        return review is null || expectation is null ? null : new Case(name, document, review, surroundings.Options, Ports(surroundings))
        {
            Description = description,
            Expectation = expectation,
        };
    }

    private Core.Decisions.Ports Ports(Surroundings surroundings) =>
        OfflineCluster.Read(surroundings.Objects, surroundings.Options, new FixedClock(surroundings.At), complaints);

    private Surroundings ReadSurroundings(Fields fields)
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
            .With(Documents(fields, "grants", $"{Clusters.Rbac.ClusterRoles.Group}/v1"), complaints)
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
            else if (item is JsonValue value && value.TryGetValue<string>(out var file))
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

    private JsonObject? ReadRequest(Fields fields, Surroundings surroundings)
    {
        var user = ReadUser(fields);
        var (subResource, fieldManager) = (fields.Word("subResource", Requests.SubResources) ?? "", fields.Text("fieldManager") ?? "");
        var hasOld = fields.Node("old") is not null;
        var old = Namespace(fields, "old", surroundings, isCreated: false) is { } found ? Requests.Stored(found, surroundings) : null;
        var now = Namespace(fields, "new", surroundings, isCreated: !hasOld);
        if (fields.Map("patch") is { } patch)
        {
            if (fields.Node("new") is not null || !hasOld)
            {
                fields.Complain("patch", "is a merge patch on old, in place of new");
            }
            else if (old is not null)
            {
                now = fields.Document.Part(MergePatch.Apply(patch, old.Root), fields.PathOf("patch"));
                NamespaceManifest.Check(now, isCreated: false, complaints);
            }
        }
        else if (!hasOld && fields.Node("new") is null)
        {
            fields.Complain("old", "is needed, or new, or both");
        }

        return user is null ? null : Requests.Build(new Asked { User = user, SubResource = subResource, FieldManager = fieldManager }, old, now, complaints);
    }

    /// <summary>A namespace object, or the name of one in the case's files.</summary>
    private Document? Namespace(Fields fields, string name, Surroundings surroundings, bool isCreated)
    {
        switch (fields.Node(name))
        {
            case null:
                return null;
            case JsonObject inline:
                var document = fields.Document.Part(inline, fields.PathOf(name));
                NamespaceManifest.Check(document, isCreated, complaints);
                return document;
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (surroundings.Objects.Find("", "Namespace", text) is { } found)
                {
                    NamespaceManifest.Check(found, isCreated: false, complaints);
                    return found;
                }

                fields.Complain(name, $"there is no Namespace {text} in the case's files");
                return null;
            default:
                fields.Complain(name, "is to be a Namespace, or the name of one in the case's files");
                return null;
        }
    }

    private Person? ReadUser(Fields fields)
    {
        if (fields.Node("user") is JsonObject map)
        {
            var user = Below(fields, "user", map);
            var person = new Person(user.Required("name"), user.Texts("groups") ?? []);
            user.Close();
            return person;
        }

        return fields.Required("user") is { Length: > 0 } name ? new Person(name, []) : null;
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

    private Fields Below(Fields fields, string name, JsonObject map) => new(fields.Document, map, fields.PathOf(name), complaints);
}
