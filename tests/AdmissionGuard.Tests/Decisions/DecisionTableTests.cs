using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.DecisionTable;

namespace AdmissionGuard.Tests.Decisions;

/// <summary>The engine against the design's table, on everything that the table's generator can think of.</summary>
public sealed class DecisionTableTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_change_is_of_exactly_one_row()
    {
        var wrong = Combinations.Changes
            .Select(change => (Change: change, Rows: Rows.All.Where(row => row.Matches(change)).Select(row => row.Id).ToList()))
            .Where(each => each.Rows.Count != 1)
            .Select(each => $"{each.Change}: {string.Join(' ', each.Rows)}")
            .ToList();

        output.WriteLine($"{Combinations.Changes.Length} changes");
        Assert.Equal([], wrong);
    }

    [Fact]
    public void Every_row_has_changes_and_its_examples_are_its_own()
    {
        Assert.Equal(Rows.All.Select(row => row.Id).Order(), Combinations.Changes.Select(change => Rows.Of(change).Id).Distinct().Order());
        foreach (var row in Rows.All)
        {
            Assert.NotEmpty(row.Examples);
            Assert.All(row.Examples, example => Assert.Equal(row.Id, Rows.Of(row.ChangeOf(example)).Id));
        }
    }

    [Fact]
    public async Task The_engine_says_what_the_table_says_in_both_webhooks()
    {
        var count = 0;
        var disagreements = new System.Collections.Concurrent.ConcurrentBag<string>();

        await Parallel.ForEachAsync(Combinations.All().Chunk(1000), TestContext.Current.CancellationToken, async (situations, _) =>
        {
            Interlocked.Add(ref count, situations.Length);
            foreach (var situation in situations)
            {
                await foreach (var disagreement in DisagreementsAsync(situation))
                {
                    disagreements.Add(disagreement);
                }
            }
        });

        output.WriteLine($"{count} situations of {Combinations.Changes.Length} changes");
        Assert.True(
            disagreements.IsEmpty,
            $"{disagreements.Count} of {count}:\n{string.Join('\n', disagreements.Order(StringComparer.Ordinal).Take(40))}");
    }

    [Fact]
    public async Task A_label_removed_while_its_tenants_UID_is_mistyped_is_a_repair()
    {
        var change = new Change(RowTenancy.Parse("oil | oil"), RowTenancy.Parse("- | oil=typo"));
        var situation = new Situation(change, Actor.Named("nobody"), new World());

        Assert.Equal("U5", Rows.Of(change).Id);
        Assert.Equal("Repair to oil: allowed, oil | oil", await AnswerAsync(situation, AdmissionPhase.Mutating));
    }

    [Fact]
    public void The_table_for_people_is_current() => Generated.FileIs("deploy/docs/decisions.md", Rendering.ToMarkdown());

    private static async IAsyncEnumerable<string> DisagreementsAsync(Situation situation)
    {
        var mutated = Oracle.Mutate(situation);
        if (await CompareAsync("mutate", situation, mutated, AdmissionPhase.Mutating) is { } first)
        {
            yield return first;
        }

        if (await CompareAsync("validate", situation, Oracle.Validate(situation), AdmissionPhase.Validating) is { } second)
        {
            yield return second;
        }

        // What was completed is checked again, and is a change of its own: perhaps none at all.
        var final = situation.With(mutated.Result);
        if (mutated.IsAllowed && mutated.Result.ToString() != situation.Change.Received.ToString())
        {
            var validated = Oracle.Validate(final);
            if (!validated.IsAllowed || validated.Result.ToString() != mutated.Result.ToString())
            {
                yield return $"the table contradicts itself: {situation}: {mutated}, then {validated}";
            }

            if (await CompareAsync("validate the completed", final, validated, AdmissionPhase.Validating) is { } third)
            {
                yield return third;
            }
        }
    }

    private static async ValueTask<string?> CompareAsync(string what, Situation situation, Expectation expected, AdmissionPhase phase)
    {
        var answer = await AnswerAsync(situation, phase);
        return answer == expected.ToString() ? null : $"{what}: {situation}\n    table:  {expected}\n    engine: {answer}";
    }

    private static async ValueTask<string> AnswerAsync(Situation situation, AdmissionPhase phase)
    {
        var cluster = new TableCluster(situation);
        var options = new GuardOptions
        {
            ExemptUsers = situation.Actor.IsExempt ? [situation.Actor.Name] : [],
            OwnersMayMigrate = situation.Actor.OwnersMayMigrate,
            TenantControllers = situation.Actor.IsController ? [situation.Actor.Name] : [],
        };
        var received = Record(situation.Change.Received, situation);
        var request = new NamespaceRequest(
            new UserInfo(situation.Actor.Name, "", [], []),
            situation.Change.Stored is { } stored ? Record(stored, situation) with { SiblingReferences = [] } : null,
            received,
            situation.SubResource);
        using var deadline = new Deadline(cluster.Clock, TimeSpan.FromMinutes(1), CancellationToken.None);
        var verdict = await new Engine(new EngineDependencies(cluster, cluster, cluster, cluster.Clock), options).DecideAsync(
            request, phase, deadline);
        var seen = verdict switch
        {
            Verdict.Deny deny =>
                (Code: CodeOf(deny.Reason), Missing: deny.Missing.Select(need => $"{need.Verb} {need.Tenant}")
                    .ToImmutableArray(), Result: situation.Change.Received),
            Verdict.Allow allow => (Code: 0, Missing: [], Result: Applied(allow.Completion, situation.Change.Received)),
            _ => throw new InvalidOperationException(),
        };
        return new Expectation(
            verdict.Transition.Kind.ToString(), verdict.Transition.Target, seen.Code, seen.Missing, seen.Result).ToString();
    }

    private static NamespaceRecord Record(RowTenancy tenancy, Situation situation) => new()
    {
        Name = "billing",
        Tenancy = new Tenancy(
            tenancy.Label,
            [.. tenancy.References.Select((reference, index) => new TenantReference(
                index,
                $"capsule.clastix.io/{reference.Version}",
                reference.Tenant,
                reference.Uid == Reference.Live ? UidOf(reference.Tenant) : reference.Uid))]),
        IsTerminating = situation.IsTerminating,
        HasLabels = true,
        HasOwnerReferences = tenancy.References is not [],
        OwnerReferenceCount = tenancy.References.Length,
        SiblingReferences = situation.Change.AddsAnotherKind ? [new SameGroupOwnerReference("ResourcePool", "pool", "pool-uid")] : [],
    };

    // The numbers that the program's answers give to the reasons are the table's.
    private static int CodeOf(DenyReason reason) => reason switch
    {
        DenyReason.Unavailable => 503,
        DenyReason.Forbidden => 403,
        DenyReason.Invalid => 422,
        _ => 409,
    };

    private static RowTenancy Applied(Completion completion, RowTenancy received)
    {
        var (label, references) = (received.Label, received.References.ToList());
        foreach (var operation in completion.Operations)
        {
            switch (operation.Path.Split('/')[2..], operation)
            {
                case (["labels", _], { Value: PatchValue.String { Value: var value } }):
                    label = value;
                    break;
                case (["labels", _], { Action: PatchAction.Remove }):
                    label = null;
                    break;
                case (["ownerReferences"], { Value: PatchValue.References { Only: var only } }):
                    references = [Read(only)];
                    break;
                case (["ownerReferences"], { Action: PatchAction.Remove, Value: PatchValue.Items { Places: var places } }):
                    references = [.. references.Where((_, place) => !places.Contains(place))];
                    break;
                case (["ownerReferences", var place], { Action: PatchAction.Replace, Value: PatchValue.Reference reference }):
                    references[Number(place)] = Read(reference);
                    break;
                case (["ownerReferences", var place], { Value: PatchValue.Reference reference }):
                    references.Insert(Number(place), Read(reference));
                    break;
                case (["ownerReferences", var place, "uid"], { Value: PatchValue.String { Value: var uid } }):
                    references[Number(place)] = references[Number(place)] with { Uid = Word(references[Number(place)].Tenant, uid) };
                    break;
                case (["ownerReferences", var place, "apiVersion"], { Value: PatchValue.String { Value: var version } }):
                    references[Number(place)] = references[Number(place)] with { Version = version.Split('/')[1] };
                    break;
                default:
                    throw new InvalidOperationException($"{operation}");
            }
        }

        return new RowTenancy(label, [.. references]);
    }

    private static Reference Read(PatchValue.Reference reference) =>
        new(reference.Name, Word(reference.Name, reference.Uid), reference.ApiVersion.Split('/')[1]);

    private static string UidOf(string tenant) => $"{tenant}-uid";

    private static string Word(string tenant, string uid) => uid == UidOf(tenant) ? Reference.Live : uid;

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The ports, as a situation has them.</summary>
    private sealed class TableCluster(Situation situation) : ITenants, ICapsule, IAuthorizer
    {
        private static readonly Task<Permission> Granted = Task.FromResult<Permission>(new Permission.Granted());
        private static readonly Task<Permission> Missing = Task.FromResult<Permission>(new Permission.Missing());
        private static readonly Task<TenantLookup> Absent = Task.FromResult<TenantLookup>(new TenantLookup.Absent());
        private static readonly Task<TenantLookup> Unknown = Task.FromResult<TenantLookup>(
            new TenantLookup.Unknown(new ApiFailure(ApiFailureKind.Unexpected)));
        private static readonly Task<TenantLookup> NotServed = Task.FromResult<TenantLookup>(new TenantLookup.NotServed());
        private static readonly Task<CapsuleLookup> NoSettings = Task.FromResult<CapsuleLookup>(
            new CapsuleLookup.Known(CapsuleSettings.None));

        public TimeProvider Clock { get; } = TimeProvider.System;

        public Task<TenantLookup> FindAsync(string name, Deadline deadline) => situation.World[name] switch
        {
            TenantState.Absent => Absent,
            TenantState.Unanswered => Unknown,
            TenantState.NotServed => NotServed,
            var state => Task.FromResult<TenantLookup>(new TenantLookup.Found(new Tenant(name, UidOf(name))
            {
                IsTerminating = state is TenantState.Terminating,
                Owners = situation.Actor.Owns.Contains(name) ? [new TenantOwner("User", situation.Actor.Name)] : [],
            })),
        };

        public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) => Task.FromResult<ImmutableArray<string>>([]);

        public Task<CapsuleLookup> SettingsAsync(Deadline deadline) => NoSettings;

        public Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline) =>
            (verb == "release" ? situation.Actor.MayRelease : situation.Actor.MayAdopt) ? Granted : Missing;
    }
}
