using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>Reads what a case asks: who, and the namespace before and after.</summary>
/// <param name="fields">The case's fields.</param>
/// <param name="surroundings">What it is decided by.</param>
/// <param name="complaints">Takes what is wrong.</param>
internal sealed class CaseRequest(Fields fields, Surroundings surroundings, Complaints complaints)
{
    /// <summary>The AdmissionReview; <see langword="null"/> where something is wrong.</summary>
    public JsonObject? Read()
    {
        var user = ReadUser();
        var (subResource, fieldManager) = (fields.Word("subResource", Requests.SubResources) ?? "", fields.Text("fieldManager") ?? "");
        var hasOld = fields.Node("old") is not null;
        var old = Namespace("old", isCreated: false) is { } found ? Requests.Stored(found, surroundings) : null;
        var now = Namespace("new", isCreated: !hasOld);
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
    private Document? Namespace(string name, bool isCreated)
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

    private Person? ReadUser()
    {
        if (fields.Node("user") is JsonObject map)
        {
            var user = fields.Below("user", map);
            var person = new Person(user.Required("name"), user.Texts("groups") ?? []);
            user.Close();
            return person;
        }

        return fields.Required("user") is { Length: > 0 } name ? new Person(name, []) : null;
    }
}
