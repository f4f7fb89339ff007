using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using static AdmissionGuard.Core.Tests.Capsule.Metadata;

namespace AdmissionGuard.Core.Tests.Capsule;

/// <summary>What a namespace has once Capsule has put on what its tenant manages.</summary>
public sealed class EffectiveMetadataTests
{
    private const string CapsuleLabels = $"{LabelKey}=gas,{NameLabel}=billing";

    private static readonly MetadataSubject Billing = new("billing", "gas", LabelKey);

    [Theory]
    [InlineData("", "", CapsuleLabels)]
    [InlineData("team=billing", "", $"{CapsuleLabels},team=billing")]
    [InlineData("team=billing", "team=gas", $"{CapsuleLabels},team=gas")]
    [InlineData($"{LabelKey}=oil", "", CapsuleLabels)]
    [InlineData("kubernetes.io/metadata.name=other", "", CapsuleLabels)]
    [InlineData("", $"{LabelKey}=other", CapsuleLabels)]
    public void What_the_tenant_manages_lies_over_what_the_request_brings(string labels, string managed, string expected) =>
        Assert.Equal(Sorted(expected), Shown(Of(labels, new ManagedMetadata { Labels = Pairs(managed) }).Labels));

    [Fact]
    public void A_tenant_that_removes_other_metadata_leaves_its_own()
    {
        var metadata = EffectiveMetadata.Of(
            Pairs("team=billing,cost=1"),
            Pairs("note=kept,contact=me"),
            Billing,
            new ManagedMetadata { Labels = Pairs("cost=2"), Annotations = Pairs("contact=gas"), RemovesOthers = true });

        Assert.Equal(Sorted($"{CapsuleLabels},cost=2"), Shown(metadata.Labels));
        Assert.Equal("contact=gas", Shown(metadata.Annotations));
        Assert.Empty(metadata.Labels.OtherKeys);
        Assert.Empty(metadata.Annotations.OtherKeys);
    }

    [Fact]
    public void The_keys_of_the_tenant_and_the_others_are_told_apart()
    {
        var metadata = Of("team=billing,tier=gold", new ManagedMetadata { Labels = Pairs("team=gas") });

        Assert.Equal(["tier"], metadata.Labels.OtherKeys);
        Assert.True(metadata.Labels.IsManaged("team"));
        Assert.True(metadata.Labels.IsManaged(LabelKey));
        Assert.False(metadata.Labels.IsManaged("tier"));
    }

    [Fact]
    public void Of_the_list_the_first_value_for_a_key_counts_and_none_beats_the_tenants_metadata_for_all()
    {
        var managed = new ManagedMetadata { Labels = Pairs("a=all"), Selected = [Item("", "a=1,b=1"), Item("", "b=2,c=2")] };

        Assert.Equal(Sorted($"a=all,b=1,c=2,{CapsuleLabels}"), Shown(Of("c=user", managed).Labels));
    }

    [Fact]
    public void Labels_that_Capsule_puts_on_select_further_items_at_its_next_pass()
    {
        var managed = new ManagedMetadata
        {
            Labels = Pairs("a=1"),
            Selected = [Item("c=1", "d=1"), Item("b=1", "c=1"), Item("a=1", "b=1", "note=yes")],
        };
        var metadata = Of("", managed);

        Assert.Equal(Sorted($"a=1,b=1,c=1,d=1,{CapsuleLabels}"), Shown(metadata.Labels));
        Assert.Equal("note=yes", Shown(metadata.Annotations));
    }

    /// <summary>One change alone, so that another pass is due to it.</summary>
    [Theory]
    [InlineData("a=0", "a=1", "a=1", false)]
    [InlineData("a=1", "a=1", "a=1", false)]
    [InlineData("", "a=1", "a=1", false)]
    [InlineData("b=1", "", "", true)]
    [InlineData("b=1,c=1", "", "", true)]
    public void Every_change_that_Capsule_makes_can_select_an_item(string labels, string managed, string selector, bool removesOthers)
    {
        var absent = removesOthers ? [new SelectorExpression("b", "DoesNotExist", [])] : ImmutableArray<SelectorExpression>.Empty;
        var item = new SelectedMetadata(new NamespaceSelector(Pairs(selector), absent), Pairs("on=1"), []);
        var metadata = Of(
            labels.Length > 0 ? $"{CapsuleLabels},{labels}" : CapsuleLabels,
            new ManagedMetadata { Labels = Pairs(managed), Selected = [item], RemovesOthers = removesOthers });

        Assert.True(metadata.Labels.IsManaged("on"));
    }

    [Fact]
    public void Items_that_select_and_deselect_each_other_come_to_an_end()
    {
        var absent = new NamespaceSelector([], [new SelectorExpression("a", "DoesNotExist", [])]);
        var managed = new ManagedMetadata { Selected = [new SelectedMetadata(absent, Pairs("a=1"), [])], RemovesOthers = true };

        Assert.Contains(Shown(Of("", managed).Labels), new[] { Sorted(CapsuleLabels), Sorted($"a=1,{CapsuleLabels}") });
    }

    /// <summary>Labels that are not changed select nothing more: the list is gone through twice, however long it is.</summary>
    [Fact]
    public void A_long_list_is_applied_in_linear_time() => Growth.IsLinear(count =>
    {
        var managed = new ManagedMetadata { Selected = [.. Enumerable.Repeat(Item("here=1", "there=1"), count)] };
        return () => Assert.Equal(Sorted(CapsuleLabels), Shown(Of("", managed).Labels));
    });

    [Fact]
    public void Items_are_selected_by_the_tenants_label_and_the_namespaces_name_too()
    {
        var managed = new ManagedMetadata { Selected = [Item(CapsuleLabels, "here=1"), Item($"{LabelKey}=oil", "there=1")] };

        Assert.Equal(Sorted($"{CapsuleLabels},here=1"), Shown(Of($"{LabelKey}=oil", managed).Labels));
    }

    [Fact]
    public void A_value_that_depends_on_a_name_yet_to_be_generated_is_not_known()
    {
        var managed = new ManagedMetadata { Selected = [Item("", "of={{ tenant.name }},for={{ namespace }}")] };
        var metadata = EffectiveMetadata.Of([], [], Billing with { Name = "" }, managed);

        Assert.True(metadata.Labels.TryGet("of", out var known));
        Assert.Equal("gas", known);
        foreach (var key in new[] { "for", NameLabel })
        {
            Assert.True(metadata.Labels.TryGet(key, out var value));
            Assert.Null(value);
        }
    }

    [Theory]
    [InlineData("tier", "In", "gold,silver", "tier=gold", true)]
    [InlineData("tier", "In", "gold,silver", "tier=iron", false)]
    [InlineData("tier", "In", "gold", "", false)]
    [InlineData("tier", "NotIn", "gold", "tier=gold", false)]
    [InlineData("tier", "NotIn", "gold", "tier=iron", true)]
    [InlineData("tier", "NotIn", "gold", "", true)]
    [InlineData("tier", "Exists", "", "tier=gold", true)]
    [InlineData("tier", "Exists", "", "", false)]
    [InlineData("tier", "DoesNotExist", "", "tier=gold", false)]
    [InlineData("tier", "DoesNotExist", "", "", true)]
    [InlineData("tier", "Like", "gold", "tier=gold", false)]
    [InlineData("tier", "exists", "", "tier=gold", false)]
    public void Expressions_select_as_in_Kubernetes(string key, string @operator, string values, string labels, bool isSelected)
    {
        var selector = new NamespaceSelector(Pairs(""), [new SelectorExpression(key, @operator, [.. values.Split(',')])]);
        var metadata = Of(labels, new ManagedMetadata { Selected = [new SelectedMetadata(selector, Pairs("on=1"), [])] });

        Assert.Equal(isSelected, metadata.Labels.IsManaged("on"));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{ tenant.name }}-{{namespace}}", "gas-billing")]
    [InlineData("{{  namespace  }}", "billing")]
    [InlineData("a{{ unknown }}b", "ab")]
    [InlineData("{{ tenant.name", "{{ tenant.name")]
    [InlineData("}}{{namespace}}", "}}billing")]
    [InlineData("", "")]
    public void Placeholders_are_filled_in(string template, string filled) =>
        Assert.Equal(filled, MetadataTemplate.Fill(template, "gas", "billing"));

    private static EffectiveMetadata Of(string labels, ManagedMetadata managed) =>
        EffectiveMetadata.Of(Pairs(labels), [], Billing, managed);

    private static string Sorted(string text) => string.Join(',', text.Split(',').Order(StringComparer.Ordinal));

    private static string Shown(MetadataSet set) => string.Join(
        ',',
        set.OtherKeys.Concat(Known.Where(set.IsManaged)).Order(StringComparer.Ordinal)
            .Select(key => $"{key}={(set.TryGet(key, out var value) ? value : "?")}"));

    private static readonly string[] Known =
        ["a", "b", "c", "d", "here", "there", "team", "cost", "contact", "note", LabelKey, NameLabel];
}
