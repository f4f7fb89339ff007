using AdmissionGuard.Core.Completions;
using AdmissionGuard.Core.Tenancies;
using static AdmissionGuard.Core.Tests.Builders;

namespace AdmissionGuard.Core.Tests.Completions;

public sealed class CompleterTests
{
    private readonly Completer _completer = new(new TenantKind());

    [Theory]
    [InlineData("gas | gas", "")]
    [InlineData("gas | oil", "Replace /metadata/ownerReferences/0")]
    [InlineData("gas | gas=stale", "Add /metadata/ownerReferences/0/uid")]
    [InlineData("gas | gas=gas-uid-0000@v1beta1", "Add /metadata/ownerReferences/0/apiVersion")]
    [InlineData("gas | oil,gas,coal", "Remove /metadata/ownerReferences [1,2]; Replace /metadata/ownerReferences/0")]
    [InlineData("oil | gas", "Add /metadata/labels/capsule.clastix.io~1tenant")]
    [InlineData("gas | -", "Add /metadata/ownerReferences")]
    public void Binding_changes_only_what_is_wrong(string received, string operations) =>
        Assert.Equal(operations, Show(_completer.Bind(Ns(received), null, "gas", UidOf("gas"))));

    [Fact]
    public void A_map_or_a_list_that_is_not_there_is_added_whole()
    {
        var bare = Ns("- | -") with { HasLabels = false };

        Assert.Equal("Add /metadata/labels; Add /metadata/ownerReferences", Show(_completer.Bind(bare, null, "gas", UidOf("gas"))));
    }

    [Theory]
    [InlineData(1, 3, "Add /metadata/ownerReferences/1")]
    [InlineData(2, 1, "Add /metadata/ownerReferences/1")]
    public void A_reference_put_back_takes_the_place_of_the_old_one_as_far_as_the_list_reaches(int oldPlace, int others, string operations)
    {
        var old = Ns("oil | oil") with
        {
            Tenancy = new Tenancy("oil", [new TenantReference(oldPlace, ApiVersion, "oil", UidOf("oil"))]),
        };
        var received = Ns("oil | -") with { HasOwnerReferences = true, OwnerReferenceCount = others };

        Assert.Equal(operations, Show(_completer.Bind(received, old, "oil", UidOf("oil"))));
    }

    [Theory]
    [InlineData("- | -", "")]
    [InlineData("'' | -", "Remove /metadata/labels/capsule.clastix.io~1tenant")]
    [InlineData("oil | oil,gas", "Remove /metadata/labels/capsule.clastix.io~1tenant; Remove /metadata/ownerReferences [0,1]")]
    public void Unbinding_removes_both_marks(string received, string operations) =>
        Assert.Equal(operations, Show(_completer.Unbind(Ns(received))));

    [Fact]
    public void All_references_but_one_are_removed_by_one_operation_however_many_they_are()
    {
        var many = Namespace("gas", [.. Enumerable.Range(0, 18_000).Select(each => $"oil=u{each}")]);

        var operations = _completer.Bind(many, null, "gas", UidOf("gas")).Operations;

        Assert.Equal(2, operations.Length);
        Assert.Equal(Enumerable.Range(1, 17_999), Assert.IsType<PatchValue.Items>(operations[0].Value).Places);
        Assert.Equal("Replace /metadata/ownerReferences/0", Show(new Completion([operations[1]])));
    }

    [Fact]
    public void Unbinding_removes_the_tenants_references_alone()
    {
        var tenancy = new Tenancy(
            null, [.. Enumerable.Range(0, 3).Select(each => new TenantReference((2 * each) + 1, ApiVersion, "oil", $"u{each}"))]);
        var mixed = Namespace() with { Tenancy = tenancy, HasOwnerReferences = true, OwnerReferenceCount = 7 };

        Assert.Equal("Remove /metadata/ownerReferences [1,3,5]", Show(_completer.Unbind(mixed)));
    }

    [Fact]
    public void What_is_written_names_the_tenant_by_version_kind_name_and_live_UID_and_has_no_flags()
    {
        var values = _completer.Bind(Ns("oil | -") with { HasLabels = false }, null, "gas", "u-1").Operations.Select(
            operation => operation.Value);

        Assert.Equal(
            [
                new PatchValue.Labels("capsule.clastix.io/tenant", "gas"),
                new PatchValue.References(new PatchValue.Reference("capsule.clastix.io/v1beta2", "Tenant", "gas", "u-1")),
            ],
            values);
    }

    [Fact]
    public void A_label_key_is_escaped_in_a_path() => Assert.Equal(
        "Add /metadata/labels/a~0b~1c",
        Show(new Completer(new TenantKind { LabelKey = "a~b/c" }).Bind(Ns("oil | gas"), null, "gas", UidOf("gas"))));

    private static string Show(Completion completion) => string.Join(
        "; ",
        completion.Operations.Select(
            o => $"{o.Action} {o.Path}{(o.Value is PatchValue.Items items ? $" [{string.Join(',', items.Places)}]" : "")}"));
}
