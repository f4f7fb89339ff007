using System.Text.Json.Nodes;

namespace AdmissionGuard.TestCluster.Nodes;

/// <summary>What kubelet writes into a pod's status.</summary>
/// <param name="Phase">The pod's phase.</param>
/// <param name="IsReady">Whether it is ready.</param>
/// <param name="Waiting">Why its container does not run, as in <c>CrashLoopBackOff</c>; <see langword="null"/> if it does.</param>
/// <param name="Restarts">How often its container was restarted.</param>
/// <param name="Message">More about <paramref name="Waiting"/>.</param>
internal sealed record PodStatus(string Phase, bool IsReady = false, string? Waiting = null, int Restarts = 0, string Message = "")
{
    /// <summary>The body of a patch of the pod's status.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="address">Its address.</param>
    /// <param name="started">When it started.</param>
    public JsonObject ToPatch(JsonObject pod, PodAddress address, DateTimeOffset started)
    {
        var container = pod["spec"]!["containers"]![0]!;
        var isOver = Phase is "Succeeded" or "Failed";
        var state = Waiting is not null
            ? new JsonObject { ["waiting"] = new JsonObject { ["reason"] = Waiting, ["message"] = Message } }
            : isOver ? new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = Phase == "Succeeded" ? 0 : 1 } }
            : new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Time(started) } };
        return new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = Phase,
                ["hostIP"] = address.Host,
                ["podIP"] = address.Pod,
                ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address.Pod }),
                ["startTime"] = Time(started),
                ["conditions"] = new JsonArray(
                [
                    Condition("PodScheduled", isTrue: true),
                    Condition("Initialized", isTrue: true),
                    Condition("ContainersReady", IsReady),
                    Condition("Ready", IsReady),
                ]),
                ["containerStatuses"] = new JsonArray(new JsonObject
                {
                    ["name"] = (string)container["name"]!,
                    ["image"] = (string)container["image"]!,
                    ["imageID"] = "",
                    ["ready"] = IsReady,
                    ["started"] = Waiting is null && !isOver,
                    ["restartCount"] = Restarts,
                    ["state"] = state,
                }),
            },
        };
    }

    private static JsonObject Condition(string type, bool isTrue) => new()
    {
        ["type"] = type,
        ["status"] = isTrue ? "True" : "False",
        ["lastTransitionTime"] = Time(DateTimeOffset.UtcNow),
    };

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The addresses that a pod has, which nobody can reach: a <see cref="ServiceProxy"/> knows the way.</summary>
/// <param name="Pod">Its own.</param>
/// <param name="Host">Its node's.</param>
/// <param name="Node">Its node's name.</param>
internal sealed record PodAddress(string Pod, string Host, string Node);
