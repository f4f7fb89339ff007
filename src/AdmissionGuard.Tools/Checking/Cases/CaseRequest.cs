using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>Reads what a case asks: who, and the namespace before and after.</summary>
/// <param name="fields">The case's fields.</param>
/// <param name="environment">What it is decided by.</param>
/// <param name="errors">Receives the errors.</param>
internal sealed class CaseRequest(ObjectReader fields, CaseEnvironment environment, InputErrors errors)
{
    /// <summary>The AdmissionReview; <see langword="null"/> where something is wrong.</summary>
    public JsonObject? Read()
    {
        var user = ReadUser();
        var (subResource, fieldManager) = (fields.Word("subResource", AdmissionReviewFactory.SubResources)
            ?? "", fields.Text("fieldManager") ?? "");
        var hasOld = fields.Node("old") is not null;
        var old = Namespace("old", isCreated: false) is { } found ? AdmissionReviewFactory.Stored(found, environment) : null;
        var now = Namespace("new", isCreated: !hasOld);
        if (fields.Map("patch") is { } patch)
        {
            if (fields.Node("new") is not null || !hasOld)
            {
                fields.AddError("patch", "is a merge patch on old, and can't be combined with new");
            }
            else if (old is not null)
            {
                now = fields.Document.Part(MergePatch.Apply(patch, old.Root), fields.PathOf("patch"));
                NamespaceManifest.Check(now, isCreated: false, errors);
            }
        }
        else if (!hasOld && fields.Node("new") is null)
        {
            fields.AddError("old", "is required, or new, or both");
        }

        return user is null
            ? null
            : AdmissionReviewFactory.Build(
                new SimulatedRequest { User = user, SubResource = subResource, FieldManager = fieldManager }, old, now, errors);
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
                NamespaceManifest.Check(document, isCreated, errors);
                return document;
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (environment.Objects.Find("", "Namespace", text) is { } found)
                {
                    NamespaceManifest.Check(found, isCreated: false, errors);
                    return found;
                }

                fields.AddError(name, $"Namespace {text} not found in the files of the case");
                return null;
            default:
                fields.AddError(name, "must be a Namespace, or the name of one in the files of the case");
                return null;
        }
    }

    private SimulatedUser? ReadUser()
    {
        if (fields.Node("user") is JsonObject map)
        {
            var user = fields.Below("user", map);
            var person = new SimulatedUser(user.Required("name"), user.Texts("groups") ?? []);
            user.Close();
            return person;
        }

        return fields.Required("user") is { Length: > 0 } name ? new SimulatedUser(name, []) : null;
    }
}
