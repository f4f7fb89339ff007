using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using CsCheck;

namespace AdmissionGuard.Tests.Properties;

/// <summary>What holds of every request there can be, bytes in to bytes out, in a model of a cluster and of its API server.</summary>
public sealed class PropertyTests(ITestOutputHelper output)
{
    private const int Cases = 100_000;

    private int _allowed;
    private int _changed;
    private int _completed;

    [Fact]
    public async Task What_is_stored_after_an_allowed_request_is_sound_permitted_and_otherwise_untouched()
    {
        await SampleAsync(Scenarios.All, Cases, CheckAsync);

        output.WriteLine($"{_allowed} allowed, of these {_changed} with a change of tenancy; {_completed} completed");
        Assert.True(_changed > Cases / 20 && _completed > Cases / 20, "the scenarios hardly change anything");
    }

    private async Task CheckAsync(Scenario scenario)
    {
        var cluster = new ModelCluster(scenario.World, scenario.Asker);
        var guard = new ModelGuard(scenario, cluster);
        var stored = scenario.Stored is { } ns ? ModelWire.Namespace(ns, scenario.NamespaceName, scenario.IsTerminating) : null;
        var received = ModelWire.Namespace(scenario.Received, scenario.NamespaceName, scenario.IsTerminating);
        var final = received;
        if (scenario.SubResource.Length == 0)
        {
            // Mutating webhooks are registered for the namespace itself only.
            var mutated = await guard.AskAsync(stored, received, AdmissionPhase.Mutating);
            if (!mutated.IsAllowed)
            {
                return;
            }

            final = mutated.Apply(received);
            await CheckCompletionAsync(scenario, guard, stored, received, final, mutated);
            if (scenario.Meddling is not Meddling.None)
            {
                final = ModelWire.Meddled(final, scenario.Meddling, scenario.MeddledTenant);
                if (scenario.IsReinvoked)
                {
                    var again = await guard.AskAsync(stored, final, AdmissionPhase.Mutating);
                    if (!again.IsAllowed)
                    {
                        return;
                    }

                    var meddled = final;
                    final = again.Apply(final);
                    await CheckCompletionAsync(scenario, guard, stored, meddled, final, again);
                }
            }
        }

        cluster.Befall(scenario.Incident, scenario.IncidentTenant);
        if ((await guard.AskAsync(stored, final, AdmissionPhase.Validating)).IsAllowed)
        {
            CheckStored(scenario, cluster, stored, final);
        }
    }

    /// <summary>A completion touches nothing but the marks, is final, accepted, and only of what would be allowed.</summary>
    private async Task CheckCompletionAsync(Scenario scenario, ModelGuard guard, JsonObject? stored, JsonObject received, JsonObject completed, ModelAnswer answer)
    {
        Assert.True(JsonNode.DeepEquals(ModelWire.AllElse(received), ModelWire.AllElse(completed)), $"all else changed: {answer}");

        if (OpenQuestions.IsOrphaned(guard.Cluster, ModelWire.See(stored), ModelWire.See(received)))
        {
            return;
        }

        var again = await guard.AskAsync(stored, completed, AdmissionPhase.Mutating);
        Assert.True(again is { IsAllowed: true, HasPatch: false }, $"its own output: {answer}, then {again}");

        // Rules about a name wait until there is one.
        if (scenario.NamespaceName.Length > 0)
        {
            var validated = await guard.AskAsync(stored, completed, AdmissionPhase.Validating);
            Assert.True(validated.IsAllowed, $"/mutate {answer}, /validate {validated}");
        }

        if (answer.HasPatch)
        {
            Interlocked.Increment(ref _completed);
            var strict = await guard.InMode(EnforcementMode.Enforce).AskAsync(stored, received, AdmissionPhase.Mutating);
            Assert.True(strict.IsAllowed && strict.Patch == answer.Patch, $"completed what would be refused: {answer}, in mode enforce {strict}");
        }
    }

    private void CheckStored(Scenario scenario, ModelCluster cluster, JsonObject? stored, JsonObject final)
    {
        Interlocked.Increment(ref _allowed);
        var (old, now) = (ModelWire.See(stored), ModelWire.See(final));
        if (old.SaysTheSameAs(now))
        {
            return;
        }

        Interlocked.Increment(ref _changed);
        if (scenario.World.Mode is EnforcementMode.Enforce)
        {
            Soundness.Check(scenario, cluster, old, now);
        }
        else
        {
            Soundness.CheckTolerated(cluster, old, now);
        }
    }

    private async Task SampleAsync<T>(Gen<T> gen, int cases, Func<T, Task> check)
    {
        // A failing case prints the seed of its own, which then goes first: CsCheck_Seed=… repeats it.
        var seed = Environment.GetEnvironmentVariable("CsCheck_Seed") ?? Gen.Seed.Single();
        output.WriteLine($"first CsCheck_Seed={seed}, {cases} cases");
        await gen.SampleAsync(check, output.WriteLine, seed, cases);
    }
}
