using System.Text.Json.Nodes;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using CsCheck;

namespace AdmissionGuard.Tests.Properties;

/// <summary>
/// Whatever a request is: its answer does not depend on a tenant on which the user has no permission, and in which the
/// namespace is not. Such a tenant can live, be full of rules, be deleted or not exist at all.
/// </summary>
public sealed class DisclosureTests(ITestOutputHelper output)
{
    private const int Cases = 10_000;

    private int _refused;

    [Fact]
    public async Task No_answer_depends_on_a_tenant_without_rights_on_it()
    {
        var seed = Environment.GetEnvironmentVariable("CsCheck_Seed") ?? Gen.Seed.Single();
        output.WriteLine($"first CsCheck_Seed={seed}, {Cases} cases");
        await Scenarios.All.SampleAsync(CheckAsync, output.WriteLine, seed, Cases);

        output.WriteLine($"{_refused} refusals of a tenant without rights compared");
        Assert.True(_refused > Cases / 20, "the scenarios hardly ask for a tenant without rights");
    }

    private async Task CheckAsync(Scenario drawn)
    {
        foreach (var name in World.Names.Where(name => IsStrange(drawn, name)))
        {
            var scenario = drawn with { World = drawn.World with { Mode = EnforcementMode.Enforce } };
            var stored = scenario.Stored is { } ns ? ModelReviews.Namespace(ns, scenario.NamespaceName, scenario.IsTerminating) : null;
            var received = ModelReviews.Namespace(scenario.Received, scenario.NamespaceName, scenario.IsTerminating);
            foreach (var phase in new[] { AdmissionPhase.Mutating, AdmissionPhase.Validating })
            {
                string? first = null;
                foreach (var tenant in Variants(name))
                {
                    var answer = await AskAsync(scenario, tenant, stored, received, phase);
                    first ??= answer;
                    Assert.True(answer == first, $"of {tenant}: {answer}\nelse: {first}");
                }

                _ = first!.Contains($"\"{name}\"", StringComparison.Ordinal) ? Interlocked.Increment(ref _refused) : 0;
            }
        }
    }

    /// <summary>Whether the user has no permission at all on a tenant, and nothing stored names it.</summary>
    private static bool IsStrange(Scenario scenario, string tenant) =>
        !scenario.Asker.IsExempt
        && !Asker.Verbs.Any(verb => scenario.Asker.Has(verb, tenant))
        && scenario.Stored?.Label != tenant
        && !(scenario.Stored?.Owners ?? []).Any(owner => owner.Name == tenant);

    private static ModelTenant[] Variants(string name) =>
    [
        Plain(name, TenantLife.Live),
        Plain(name, TenantLife.Terminating),
        Plain(name, TenantLife.Absent),
        Plain(name, TenantLife.Live) with
        {
            IsCordoned = true,
            Quota = 0,
            ForcesPrefix = true,
            ForbidsLabel = true,
            RequiresLabel = true,
            HasClosedWindow = true,
        },
    ];

    private static ModelTenant Plain(string name, TenantLife life) => new(
        name,
        life,
        IsOwned: false,
        IsCordoned: false,
        Quota: null,
        ForcesPrefix: null,
        ForbidsLabel: false,
        RequiresLabel: false,
        HasClosedWindow: false);

    private static async Task<string> AskAsync(
        Scenario scenario, ModelTenant tenant, JsonObject? stored, JsonObject received, AdmissionPhase phase)
    {
        var world = scenario.World with { Tenants = [.. scenario.World.Tenants.Select(each => each.Name == tenant.Name ? tenant : each)] };
        var guard = new ModelGuard(scenario with { World = world }, new ModelCluster(world, scenario.Asker));
        var answer = await guard.AskAsync(stored, received, phase);
        return $"{answer} {string.Join('\n', answer.Warnings)}";
    }
}
