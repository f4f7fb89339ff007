using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;
using static AdmissionGuard.Core.Tests.Builders;
using static AdmissionGuard.Core.Tests.Deciding;

namespace AdmissionGuard.Core.Tests.Transitions;

/// <summary>
/// An API server stores namespaces with tens of thousands of ownerReferences: each step takes time in proportion to them.
/// </summary>
public sealed class ManyReferencesTests
{
    [Fact]
    public void References_in_another_order_are_compared_in_linear_time() => Growth.IsLinear(count =>
    {
        var (old, now) = (Many(count, "oil"), Many(count, "oil", reversed: true));
        return () => Assert.Equal(TransitionKind.Unchanged, TransitionClassifier.FromUpdate(old, now).Kind);
    });

    [Fact]
    public void Tenants_that_are_newly_named_are_found_in_linear_time() => Growth.IsLinear(count =>
    {
        var (old, now) = (Each(count, "t0"), Each(count, "t1"));
        return () => Assert.Equal(
            ("t1", count - 1),
            (TransitionClassifier.FromUpdate(old, now).Target, TransitionClassifier.FromUpdate(old, now).Released.Length));
    });

    [Fact]
    public void New_references_are_found_in_linear_time() => Growth.IsLinear(count =>
    {
        var request = new NamespaceRequest(User(), Many(count, "oil"), Many(count, "gas", reversed: true), "");
        return () => Assert.Equal(count, request.NewReferences().Count());
    });

    [Fact]
    public void References_to_other_kinds_of_the_group_are_compared_in_linear_time() => Growth.IsLinear(count =>
    {
        var (old, now) = (Siblings(count, reversed: false), Siblings(count, reversed: true));
        return () => Assert.Equal(TransitionKind.Unchanged, TransitionClassifier.FromUpdate(old, now).Kind);
    });

    [Fact]
    public void A_completion_is_made_in_linear_time() => Growth.IsLinear(count =>
    {
        var (completer, received) = (new Completer(new TenantKind()), Many(count, "oil"));
        return () => Assert.Equal(2, completer.Bind(received, null, "oil", "live").Operations.Length);
    });

    [Fact]
    public void A_decision_about_many_tenants_is_made_in_linear_time() => Growth.IsLinear(count =>
    {
        var (cluster, stored) = (new FakeCluster(), Each(count, "t0"));
        var options = new GuardOptions { ExemptUsers = ["alice"] };
        for (var each = 0; each < count; each++)
        {
            cluster.Live($"t{each}");
        }

        return () =>
        {
            var decision = cluster.DecideAsync(stored, Ns("- | -"), options: options);
            Assert.Equal(count, Allowed(decision.GetAwaiter().GetResult()).Transition.Released.Length);
        };
    });

    /// <summary>More names than are compared one by one.</summary>
    [Theory]
    [InlineData("t1", TransitionKind.Migrate)]
    [InlineData("gas", TransitionKind.Migrate)]
    [InlineData("coal", TransitionKind.Contradictory)]
    public void Of_many_references_each_must_name_a_member_or_the_new_tenant(string named, TransitionKind kind)
    {
        string[] members = [.. Enumerable.Range(0, 20).Select(each => $"t{each}")];

        Assert.Equal(kind, TransitionClassifier.FromUpdate(Namespace("t0", members), Namespace("gas", [.. members, named])).Kind);
    }

    [Fact]
    public void A_reference_to_another_kind_that_stands_there_once_can_not_be_added_again()
    {
        var (once, twice) = (Siblings(1, reversed: false), Siblings(1, reversed: false));
        twice = twice with { SiblingReferences = [.. twice.SiblingReferences, .. twice.SiblingReferences] };

        Assert.True(TransitionClassifier.FromUpdate(once, twice).AddsSibling);
        Assert.False(TransitionClassifier.FromUpdate(twice, once).AddsSibling);
    }

    private static NamespaceRecord Many(int count, string tenant, bool reversed = false) =>
        Namespace("oil", [.. Enumerable.Range(0, count).Select(each => $"{tenant}=u{(reversed ? count - each : each + 1)}")]);

    private static NamespaceRecord Each(int count, string label) =>
        Namespace(label, [.. Enumerable.Range(0, count).Select(each => $"t{each}=u{each}")]);

    private static NamespaceRecord Siblings(int count, bool reversed) => Namespace() with
    {
        SiblingReferences = [
            .. Enumerable.Range(0, count)
                .Select(each => new SameGroupOwnerReference("ResourcePool", $"p{(reversed ? count - each : each + 1)}", "u")),
        ],
    };
}
