using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.DecisionTable;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Simulation;
using CsCheck;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>
/// The CEL of <c>deploy/</c> against the guard itself: who is asked, and what is let through when nobody is there to ask.
/// </summary>
public sealed class ConditionTests(ITestOutputHelper output)
{
    [Fact]
    public void The_validator_is_asked_about_exactly_what_Core_calls_a_change()
    {
        var disagreements = Combinations.Changes.Where(
            change => Edit.Of(change) is var edit && Conditions.Touches(edit.Old, edit.Now) == edit.IsUnchanged).ToList();

        output.WriteLine($"{Combinations.Changes.Length} changes");
        Assert.Equal([], disagreements);
    }

    [Fact]
    public async Task The_validator_is_asked_about_exactly_what_the_cases_change()
    {
        var trials = await CasesAsync();
        var edits = trials.SelectMany(each => new[] { each.Asked, each.Stored }).OfType<Edit>().ToList();

        output.WriteLine($"{edits.Count} edits of {trials.Count} cases");
        Assert.True(edits.Count > 100, $"{edits.Count} edits");
        Assert.All(edits, edit => Assert.True(Conditions.Touches(edit.Old, edit.Now) != edit.IsUnchanged, edit.ToString()));
    }

    [Fact]
    public void It_is_asked_the_same_whatever_the_references_and_their_order()
    {
        var reference = Gen.Int[0, 16].Select(n => n == 16
            ? new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = "oil", ["uid"] = "1" }
            : Edit.Reference(
                (n & 1) == 0 ? "v1beta1" : "v1beta2",
                (n & 2) == 0 ? "Tenant" : "ResourcePool",
                (n & 4) == 0 ? "oil" : "gas",
                (n & 8) == 0 ? "1" : "2"));
        var references = reference.Array[0, 4];
        var label = Gen.Int[0, 3].Select(n => new[] { null, "", "oil", "gas" }[n]);
        var edits = Gen.Select(label, references, label, references, Gen.Bool, Gen.Bool);

        edits.Sample(
            (oldLabel, old, newLabel, now, isCreated, isShuffled) =>
            {
                var after = isShuffled ? old.Reverse().ToArray() : now;
                var edit = new Edit(
                    isCreated ? null : Edit.Namespace(oldLabel, old.Select(each => each.DeepClone())),
                    Edit.Namespace(isShuffled ? oldLabel : newLabel, after.Select(each => each.DeepClone())));
                return Conditions.Touches(edit.Old, edit.Now) != edit.IsUnchanged;
            },
            iter: 20_000);
    }

    [Fact]
    public void A_namespace_without_labels_and_references_is_no_error()
    {
        var bare = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "billing" } };

        Assert.False(Conditions.Touches(null, bare));
        Assert.False(Conditions.Touches(bare, bare));
        Assert.True(Conditions.Touches(bare, Edit.Namespace("gas", [])));
        Assert.True(Conditions.Touches(Edit.Namespace(null, [Edit.Reference("v1beta2", "Tenant", "oil", "1")]), bare));
        Assert.True(Conditions.Passes(bare, bare));
    }

    [Fact]
    public void The_backstop_never_refuses_what_the_guard_would_store()
    {
        // Whoever asks, among tenants that exist, are being deleted or are gone: what is stored then.
        var stored = (
            from state in Combinations.All()
            let mutated = Oracle.Mutate(state)
            where mutated.IsAllowed && Oracle.Validate(state.With(mutated.Result)).IsAllowed
            select state.Change with { Received = mutated.Result })
            .DistinctBy(change => change.ToString(), StringComparer.Ordinal)
            .ToList();

        output.WriteLine($"{stored.Count} stored changes");
        Assert.True(stored.Count > 50, $"{stored.Count}");
        Assert.Equal([], stored.Where(change => Edit.Of(change) is var edit && !Conditions.Passes(edit.Old, edit.Now)));
    }

    [Fact]
    public void The_backstop_refuses_every_change_that_would_leave_a_namespace_broken_and_no_other()
    {
        var edits = Combinations.Changes.Select(Edit.Of).ToList();

        Assert.All(edits, edit => Assert.Equal(edit.IsUnchanged || edit.EndsWhole, Conditions.Passes(edit.Old, edit.Now)));
        Assert.Contains(edits, edit => !Conditions.Passes(edit.Old, edit.Now));
    }

    [Fact]
    public async Task The_backstop_refuses_nothing_that_the_cases_store()
    {
        var stored = (await CasesAsync()).Select(each => each.Stored).OfType<Edit>().ToList();

        Assert.True(stored.Count > 30, $"{stored.Count}");
        Assert.All(stored, edit => Assert.True(Conditions.Passes(edit.Old, edit.Now), edit.ToString()));
    }

    public static TheoryData<string, string?, string?, string?, string, string> Refusals() => new()
    {
        {
            "billing", "gas", "oil", null, "Invalid", "the label would name tenant \"gas\", the ownerReferences \"oil\"; both must name the "
            + "same tenant, or neither must be there (AdmissionGuard, which completes such a request, was not called, did not answer, is in "
            + "mode warn or audit, or its result was changed afterwards)"
        },
        {
            "kube-system", "gas", null, null, "Forbidden", "the label would name tenant \"gas\", the ownerReferences none; AdmissionGuard does "
            + "not complete changes of kube-system: write both in one request, so that both name the same tenant, or neither is there"
        },
        {
            "billing", "gas", "oil", "status", "Forbidden", "the subresource \"status\" can't change a tenancy; use: kubectl label ns billing "
            + "capsule.clastix.io/tenant=gas --overwrite"
        },
        {
            "billing", null, "oil", "finalize", "Forbidden", "the subresource \"finalize\" can't change a tenancy; use: kubectl label ns billing "
            + "capsule.clastix.io/tenant-"
        },
        {
            "kube-system", "oil", "gas", "status", "Forbidden", "the subresource \"status\" can't change a tenancy; make this change on the "
            + "namespace itself: kubectl edit ns kube-system"
        },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void The_backstop_says_what_is_wrong_and_what_to_do_of_each_way_to_write(
        string name, string? label, string? owner, string? subresource, string reason, string message)
    {
        var (old, now) = (Named(name, "oil", "oil"), Named(name, label, owner));

        Assert.Equal([(reason, message)], Conditions.Refusals(old, now, subresource));
    }

    [Theory]
    [InlineData("status", "send its label and ownerReferences as they are stored")]
    [InlineData(
        "finalize",
        "send the whole object with its label and ownerReferences as they are stored: kubectl get ns billing -o json "
        + "| jq '.spec.finalizers = []' | kubectl replace --raw /api/v1/namespaces/billing/finalize -f -")]
    public void The_backstop_asks_for_the_stored_tenancy_of_a_namespace_that_is_being_deleted(string subresource, string advice)
    {
        var message = $"the namespace is being deleted and its tenancy can no longer change; {advice}";
        var (old, now) = (Named("billing", "oil", "oil"), Named("billing", null, "oil"));
        now["metadata"]!["deletionTimestamp"] = "2026-11-27T00:00:00Z";

        Assert.Equal([("Forbidden", message)], Conditions.Refusals(old, now, subresource));
    }

    [Fact]
    public async Task The_backstop_s_advice_for_a_subresource_is_the_guard_s()
    {
        var compared = 0;
        foreach (var (asked, subresource, message) in (await CasesAsync()).Select(each => (each.Asked, each.Subresource, each.Message)))
        {
            if (asked is not null && subresource.Length > 0 && Conditions.Refusals(asked.Old, asked.Now, subresource) is [var refusal])
            {
                compared++;
                Assert.Equal("Forbidden", refusal.Reason);
                Assert.Contains(refusal.Message, message, StringComparison.Ordinal);
            }
        }

        output.WriteLine($"{compared} answers");
        Assert.True(compared >= 3, $"{compared} answers");
    }

    private static JsonObject Named(string name, string? label, string? owner)
    {
        var made = Edit.Namespace(label, owner is null ? [] : [Edit.Reference("v1beta2", "Tenant", owner, "1")]);
        made["metadata"]!["name"] = name;
        return made;
    }

    /// <summary>
    /// What the cases ask, what comes to be stored of it in mode enforce, and what is answered; of Capsule's tenants, which the manifests are made for.
    /// </summary>
    private static async Task<List<(Edit? Asked, Edit? Stored, string Subresource, string Message)>> CasesAsync()
    {
        var errors = new InputErrors();
        var options = new CheckOptions([Repository.File("tests", "cases")]) { At = TimeProvider.System.GetUtcNow() };
        var cases = new CheckInputReader(options, new DocumentReader(() => TextReader.Null, errors), errors).Read();
        Assert.True(errors.IsEmpty);
        List<(Edit?, Edit?, string, string)> edits = [];
        foreach (var each in cases.Where(each => each.Options.Tenant == new TenantKind()))
        {
            var request = each.Review["request"]!;
            var result = await new AdmissionSimulator(each.Dependencies, each.Options).RunAsync(
                each.Review, TestContext.Current.CancellationToken);
            var old = request["oldObject"] as JsonObject;
            edits.Add((
                request["object"] is JsonObject now ? new Edit(old, now) : null,
                result is { IsAllowed: true, Tolerated: "", After: { } after } ? new Edit(old, after) : null,
                (string?)request["subResource"] ?? "",
                result.Message));
        }

        return edits;
    }
}
