using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Planning;

/// <summary>The request that <c>kubectl label namespace</c> makes.</summary>
/// <param name="labelKey">The tenant label.</param>
/// <param name="target">Its value; <see langword="null"/> if it is taken off.</param>
internal sealed class LabelRequest(string labelKey, string? target)
{
    /// <summary>As a person types it.</summary>
    public string CommandOf(string name, string fieldManager)
    {
        var label = target is null ? $"{labelKey}-" : $"{labelKey}={target} --overwrite";
        return $"kubectl label ns {name} {label}{(fieldManager.Length == 0 ? "" : $" --field-manager={ShellQuoting.Quote(fieldManager)}")}";
    }

    /// <summary>Whether the label says so already: kubectl then sends a patch without anything in it.</summary>
    public bool IsIdle(JsonObject stored) => stored.At("metadata", "labels", labelKey).Text() == target;

    /// <summary>The AdmissionReview that the API server would send.</summary>
    public JsonObject ReviewOf(JsonObject stored, UserInfo user, string fieldManager)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [labelKey] = target } } };
        var review = new SimulatedRequest
        {
            User = new SimulatedUser(user.Name, user.Groups),
            Old = stored,
            New = MergePatch.Apply(patch, stored),
            FieldManager = fieldManager.Length == 0 ? "kubectl-label" : fieldManager,
        }.ToReview();
        review["request"]!["userInfo"] = UserInfo(user);
        return review;
    }

    private static JsonObject UserInfo(UserInfo user)
    {
        var info = new JsonObject { ["username"] = user.Name, ["groups"] = List(user.Groups) };
        if (user.Uid.Length > 0)
        {
            info["uid"] = user.Uid;
        }

        if (!user.Extra.IsEmpty)
        {
            info["extra"] = new JsonObject(user.Extra.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, List(pair.Value))));
        }

        return info;
    }

    private static JsonArray List(ImmutableArray<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
