using System.Buffers;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;

namespace AdmissionGuard.Tests.Properties;

/// <summary>The guard of a scenario, asked in bytes.</summary>
internal sealed class ModelGuard
{
    private readonly Scenario _scenario;
    private readonly ReviewHandler _handler;

    public ModelGuard(Scenario scenario, ModelCluster cluster)
    {
        (_scenario, Cluster) = (scenario, cluster);
        var options = scenario.World.Options(scenario.Asker);
        _handler = new ReviewHandler(
            new Engine(new EngineDependencies(cluster, cluster, cluster, TimeProvider.System), options), options, TimeProvider.System);
    }

    public ModelCluster Cluster { get; }

    public ModelGuard InMode(EnforcementMode mode) => new(_scenario with { World = _scenario.World with { Mode = mode } }, Cluster);

    public Task<ModelAnswer> AskAsync(JsonObject? stored, JsonObject received, AdmissionPhase phase) =>
        AskAsync(ModelReviews.Review(_scenario, stored, received).Bytes(), _scenario.ReviewUid, phase);

    /// <summary>Asks; the answer is to be of the uid where one is given.</summary>
    public async Task<ModelAnswer> AskAsync(byte[] review, string? uid, AdmissionPhase phase)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        await _handler.HandleAsync(review, output, phase, TimeSpan.FromMinutes(1), CancellationToken.None);
        var answer = new ModelAnswer(output.WrittenSpan, mayPatch: phase is AdmissionPhase.Mutating);
        Assert.Equal(uid ?? answer.Uid, answer.Uid);
        return answer;
    }
}
