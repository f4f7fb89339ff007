using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Tests.Policies;

public sealed class ForbiddenMetadataTests() : RuleTests("forbiddenMetadata")
{
    public override RefusedMove RefusedMove => new()
    {
        Gas = Gas with { ForbiddenLabels = new(["cost-center"], "") },
        Metadata = new NamespaceMetadata([new("cost-center", "1234")], []),
    };

    [Fact]
    public void A_forbidden_label_is_named() => Assert.Equal(
        "tenant \"gas\" forbids the label \"team\"; remove it in the same request",
        Breaks(With(Gas with { ForbiddenLabels = new(["team", "cost"], "") }, label: "team")));

    [Fact]
    public void A_forbidden_annotation_is_named_too() => Assert.Equal(
        "tenant \"gas\" forbids the annotations \"team\" and \"note\"; remove them in the same request",
        Breaks(With(Gas with { ForbiddenAnnotations = new(["note", "team"], "") }, annotations: ["team", "note", "other"])));

    [Theory]
    [InlineData("^team-.*$", "team-1", true)]
    [InlineData("team", "my-team-1", true)]
    [InlineData("^team-.*$", "my-team-1", false)]
    public void A_pattern_forbids_what_it_matches_anywhere_as_in_Go(string pattern, string label, bool breaks) =>
        Assert.Equal(breaks, Rule.Check(With(Gas with { ForbiddenLabels = new([], pattern) }, label)).Any());

    [Theory]
    [InlineData("(")]
    [InlineData("(a)\\1")]
    public void A_pattern_that_can_not_be_read_in_linear_time_forbids_everything_until_it_is_fixed(string pattern) => Assert.Equal(
        $"tenant \"gas\" forbids labels by a pattern that is invalid, \"{pattern}\"; fix it first",
        Breaks(With(Gas with { ForbiddenLabels = new([], pattern) }, "x")));

    [Fact]
    public void A_pattern_runs_in_linear_time() =>
        Keeps(With(Gas with { ForbiddenLabels = new([], "^(a|aa)*$") }, new string('a', 60) + "b"));

    [Fact]
    public void Case_counts() => Keeps(With(Gas with { ForbiddenLabels = new(["Team"], "") }, label: "team"));

    [Fact]
    public void A_label_is_no_annotation()
    {
        Keeps(With(Gas with { ForbiddenLabels = new(["note"], "") }, annotations: ["note"]));
        Keeps(With(Gas with { ForbiddenAnnotations = new(["team"], "") }, label: "team"));
    }

    [Fact]
    public void Where_nothing_is_forbidden_nothing_is_read() =>
        Keeps(Move() with { Request = Move().Request with { ReadMetadata = () => throw new InvalidOperationException() } });

    [Fact]
    public void A_release_meets_no_such_rule() => Keeps(Move() with { Target = null });

    private static PolicyContext With(Tenant target, string? label = null, string[]? annotations = null)
    {
        var rule = Move(target: target);
        return rule with
        {
            Request = rule.Request with
            {
                ReadMetadata = () => new NamespaceMetadata(
                    label is null ? [] : [new(label, "x")], [.. (annotations ?? []).Select(key => KeyValuePair.Create(key, "x"))]),
            },
        };
    }
}

public sealed class RequiredMetadataTests() : RuleTests("requiredMetadata")
{
    private static readonly Tenant Strict = Gas with
    {
        RequiredLabels = [new("cost-center", "^[0-9]{4}$")],
        RequiredAnnotations = [new("contact", ".+@.+")],
    };

    public override RefusedMove RefusedMove => new() { Gas = Gas with { RequiredLabels = [new("cost-center", "^[0-9]{4}$")] } };

    [Fact]
    public void What_is_missing_is_named_with_what_would_do() => Assert.Equal(
        [
            "tenant \"gas\" requires the label \"cost-center\" with a value that matches \"^[0-9]{4}$\"; set it in the same request",
            "tenant \"gas\" requires the annotation \"contact\" with a value that matches \".+@.+\"; set it in the same request",
        ],
        Rule.Check(With(Strict, null, null)));

    [Fact]
    public void Labels_alone_or_annotations_alone_can_be_required()
    {
        Breaks(With(Gas with { RequiredLabels = [new("cost-center", ".*")] }, null, "a@b"));
        Breaks(With(Gas with { RequiredAnnotations = [new("contact", ".*")] }, "1234", null));
    }

    [Theory]
    [InlineData("1234", "a@b", 0)]
    [InlineData("12345", "a@b", 1)]
    [InlineData("1234", "a", 1)]
    [InlineData("x", "", 2)]
    public void A_value_is_to_match(string label, string annotation, int errors) =>
        Assert.Equal(errors, Rule.Check(With(Strict, label, annotation)).Count());

    [Fact]
    public void A_pattern_that_can_not_be_read_is_said_so() => Assert.Contains(
        "by a pattern that is invalid, \"[\"; fix it first",
        Breaks(With(Gas with { RequiredLabels = [new("cost-center", "[")] }, "1234", "a@b")),
        StringComparison.Ordinal);

    [Fact]
    public void Where_nothing_is_required_nothing_is_read() =>
        Keeps(Move() with { Request = Move().Request with { ReadMetadata = () => throw new InvalidOperationException() } });

    [Fact]
    public void A_release_meets_no_such_rule() => Keeps(Move() with { Target = null });

    private static PolicyContext With(Tenant target, string? label, string? annotation)
    {
        var rule = Move(target: target);
        return rule with
        {
            Request = rule.Request with
            {
                ReadMetadata = () => new NamespaceMetadata(
                    label is null ? [] : [new("other", "1234"), new("cost-center", label)],
                    annotation is null ? [] : [new("other", "a@b"), new("contact", annotation)]),
            },
        };
    }
}
