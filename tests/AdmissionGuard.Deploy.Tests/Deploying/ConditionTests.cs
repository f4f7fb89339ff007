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

    [Fact]
    public void The_backstop_names_both_marks_when_it_refuses()
    {
        var (label, tenants) = ("gas", new object[] { "oil", "coal" });
        var words = new CelExpression(
            Conditions.Backstop.Validations.Single().MessageExpression.Replace(
                "variables.tenants.join('\", \"')", "variables.tenants[0]", StringComparison.Ordinal));

        var message = words.Evaluate(
            null, [], new Dictionary<string, object?>(StringComparer.Ordinal) { ["label"] = label, ["tenants"] = tenants });

        Assert.Equal(
            "the label would name tenant \"gas\", the ownerReferences \"oil\"; both are to name the same one, or neither (AdmissionGuard, which completes this, did not run)",
            message);
    }

    /// <summary>
    /// What the cases ask, and what comes to be stored of it in mode enforce; of Capsule's tenants, which the manifests are made for.
    /// </summary>
    private static async Task<List<(Edit? Asked, Edit? Stored)>> CasesAsync()
    {
        var errors = new InputErrors();
        var options = new CheckOptions([Repository.File("tests", "cases")]) { At = TimeProvider.System.GetUtcNow() };
        var cases = new CheckInputReader(options, new DocumentReader(() => TextReader.Null, errors), errors).Read();
        Assert.True(errors.IsEmpty);
        List<(Edit?, Edit?)> edits = [];
        foreach (var each in cases.Where(each => each.Options.Tenant == new TenantKind()))
        {
            var request = each.Review["request"]!;
            var result = await new AdmissionSimulator(each.Dependencies, each.Options).RunAsync(
                each.Review, TestContext.Current.CancellationToken);
            var old = request["oldObject"] as JsonObject;
            edits.Add((
                request["object"] is JsonObject now ? new Edit(old, now) : null,
                result is { IsAllowed: true, Tolerated: "", After: { } after } ? new Edit(old, after) : null));
        }

        return edits;
    }
}
