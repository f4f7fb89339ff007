using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;
using CsCheck;

namespace AdmissionGuard.Tests.Properties;

/// <summary>What holds of every request there can be, bytes in to bytes out, in a model of a cluster and of its API server.</summary>
public sealed class PropertyTests(ITestOutputHelper output)
{
    private const int Cases = 100_000;
    private const int DamagedCases = 50_000;

    private int _unreadable;
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

    [Fact]
    public async Task A_damaged_review_is_refused_or_means_what_it_says()
    {
        await SampleAsync(Gen.Select(Scenarios.All, ByteEdits.All), DamagedCases, each => CheckDamagedAsync(each.Item1, each.Item2));

        output.WriteLine(
            $"{_unreadable} unreadable, {_allowed} allowed, of these {_changed} with a change of tenancy; {_completed} completed");
        Assert.True(_unreadable > DamagedCases / 20 && _completed > DamagedCases / 100, "the damage is too great, or too small");
    }

    private async Task CheckDamagedAsync(Scenario scenario, ByteEdits damage)
    {
        var whole = ModelReviews.Review(
            scenario,
            scenario.Stored is { } ns ? ModelReviews.Namespace(ns, scenario.NamespaceName, scenario.IsTerminating) : null,
            ModelReviews.Namespace(scenario.Received, scenario.NamespaceName, scenario.IsTerminating));
        var bytes = damage.Do(whole.Bytes());
        foreach (var phase in new[] { AdmissionPhase.Mutating, AdmissionPhase.Validating })
        {
            ModelAnswer answer;
            JsonNode request;
            try
            {
                answer = await new ModelGuard(scenario, new ModelCluster(scenario.World, scenario.Asker)).AskAsync(bytes, uid: null, phase);
                request = JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!["request"]!;
            }
            catch (BadReviewException)
            {
                Interlocked.Increment(ref _unreadable);
                return;
            }
            catch (JsonException)
            {
                // The guard passes over a field that it does not know, and a name may occur twice in there: JsonNode can't compare that.
                return;
            }

            Assert.Equal((string?)request["uid"], answer.Uid);
            if (answer.IsAllowed && request["object"] is JsonObject received && (string?)request["operation"] is "CREATE" or "UPDATE")
            {
                var meant = ModelReviews.Meant(scenario, request);
                var final = answer.Apply(received);
                Assert.True(
                    JsonNode.DeepEquals(ModelReviews.AllElse(received), ModelReviews.AllElse(final)), $"all else changed: {answer}");
                if (answer.HasPatch || phase is AdmissionPhase.Validating)
                {
                    _ = answer.HasPatch ? Interlocked.Increment(ref _completed) : 0;
                    CheckStored(
                        meant,
                        new ModelCluster(meant.World, meant.Asker),
                        meant.Stored is null ? null : request["oldObject"]!.AsObject(),
                        final);
                }
            }
        }
    }

    private async Task CheckAsync(Scenario scenario)
    {
        var cluster = new ModelCluster(scenario.World, scenario.Asker);
        var guard = new ModelGuard(scenario, cluster);
        var stored = scenario.Stored is { } ns ? ModelReviews.Namespace(ns, scenario.NamespaceName, scenario.IsTerminating) : null;
        var received = ModelReviews.Namespace(scenario.Received, scenario.NamespaceName, scenario.IsTerminating);
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
                final = ModelReviews.Meddled(final, scenario.Meddling, scenario.MeddledTenant);
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
    private async Task CheckCompletionAsync(
        Scenario scenario, ModelGuard guard, JsonObject? stored, JsonObject received, JsonObject completed, ModelAnswer answer)
    {
        Assert.True(JsonNode.DeepEquals(ModelReviews.AllElse(received), ModelReviews.AllElse(completed)), $"all else changed: {answer}");

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
            Assert.True(
                strict.IsAllowed && strict.Patch == answer.Patch, $"completed what would be refused: {answer}, in mode enforce {strict}");
        }
    }

    private void CheckStored(Scenario scenario, ModelCluster cluster, JsonObject? stored, JsonObject final)
    {
        Interlocked.Increment(ref _allowed);
        var (old, now) = (ModelReviews.See(stored), ModelReviews.See(final));
        if (old.SaysTheSameAs(now))
        {
            return;
        }

        Interlocked.Increment(ref _changed);
        if (scenario.World.Mode is EnforcementMode.Enforce)
        {
            AllowedOutcomes.Check(scenario, cluster, old, now);
        }
        else
        {
            AllowedOutcomes.CheckTolerated(cluster, old, now);
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
