using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;
using static AdmissionGuard.Core.Tests.Builders;

namespace AdmissionGuard.Core.Tests.Policies;

/// <summary>A move from <c>oil</c> to <c>gas</c> that one rule alone refuses: the example of it in <c>deploy/docs/refusals.md</c>.</summary>
public sealed record RefusedMove
{
    public Tenant Oil { get; init; } = new("oil", UidOf("oil"));

    public Tenant Gas { get; init; } = new("gas", UidOf("gas"));

    public string Name { get; init; } = "billing";

    public PolicyOptions Options { get; init; } = new();

    public NamespaceMetadata Metadata { get; init; } = NamespaceMetadata.Empty;

    /// <summary>The example of a rule, which is that of its class.</summary>
    public static RefusedMove Of(IPolicyRule rule)
    {
        var examples = typeof(RuleTests).Assembly.GetTypes()
            .Where(type => type.BaseType == typeof(RuleTests))
            .Select(type => (RuleTests)Activator.CreateInstance(type)!)
            .Where(tests => tests.Rule == rule)
            .Select(tests => tests.RefusedMove)
            .OfType<RefusedMove>()
            .ToList();
        Assert.True(examples.Count == 1, $"rule {rule.Name} needs one class of {nameof(RuleTests)} with a {nameof(RefusedMove)}");
        return examples[0];
    }

    /// <summary>The decision on it, for a user who may move it.</summary>
    public Task<Verdict> DecideAsync() => new FakeCluster()
        .Grant("release", "oil")
        .Grant("adopt", "gas")
        .Live(Oil)
        .Live(Gas)
        .DecideAsync(
            Ns("oil | oil") with { Name = Name },
            Ns("gas | oil") with { Name = Name },
            options: new GuardOptions { Policy = Options },
            metadata: Metadata);
}
