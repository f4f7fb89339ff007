using System.Text;

namespace AdmissionGuard.DecisionTable;

/// <summary>The table for people, as Markdown: the rows, an example or more of each, and what the oracle says of it.</summary>
public static class Rendering
{
    private const string Introduction = """
        # What is decided

        Generated from the decision table that the tests compare the guard with, and checked by them; `UPDATE_GENERATED=1` writes it anew.
        Marks are written `label | Tenant references`: `-` for none, `''` for an empty label, `oil=typo` for a reference with another UID than
        the tenant's. B stands for the tenant that the label or the reference now names, and a *member* is a tenant that the old references name.
        All tenants live here, and whoever asks has the verbs. This is what the guard decides; Capsule may refuse what the guard allows.
        Beside Capsule 0.13 and newer, `kubectl delete tenant --cascade=orphan`, by which a reference vanishes while its tenant is being
        deleted, does not save the namespace: release it before the tenant is deleted.


        """;

    private const string Circumstances = """

        Where not all is well, or not everything is needed:


        """;

    private static readonly (string Words, Situation Situation)[] Others =
    [
        ("the verbs are missing", Of("oil | oil", "gas | oil", "nobody")),
        ("only `adopt` is missing", Of("oil | oil", "gas | oil", "releaser")),
        ("an exempt user", Of("oil | oil", "gas | oil", "exempt")),
        ("the tenant's owner creates", Of(null, "gas | -", "owner-of-gas")),
        ("the tenant's owner takes in", Of("- | -", "gas | -", "owner-of-gas")),
        ("a controller of the tenants (`tenant.controllers`) sets the label", Of("gas | gas", "oil | gas", "controller")),
        ("the same, label and reference whole", Of("gas | gas", "oil | oil", "controller")),
        ("the same, without the verbs", Of("gas | gas", "oil | oil", "strict-controller")),
        ("the same controller takes in", Of("- | -", "gas | -", "controller")),
        ("the target is being deleted", Of("oil | oil", "gas | oil", "mover", new World(Gas: TenantState.Terminating))),
        ("the target is not there", Of("oil | oil", "gas | oil", "mover", new World(Gas: TenantState.Absent))),
        ("a tenant can't be looked up", Of("oil | oil", "gas | oil", "mover", new World(Oil: TenantState.Unanswered))),
        ("the source is gone", Of("oil | oil", "gas | oil", "adopter", new World(Oil: TenantState.Absent))),
        ("a reference vanishes, its tenant is being deleted", Of("oil | oil", "oil | -", "releaser", new World(Oil: TenantState.Terminating))),
        ("a reference vanishes, its tenant is gone", Of("oil | oil", "oil | -", "nobody", new World(Oil: TenantState.Absent))),
        ("the label is mended, the tenant is being deleted", Of("- | oil", "oil | oil", "nobody", new World(Oil: TenantState.Terminating))),
        ("tenants are not served, since their CRD was deleted: the label is removed", Unserved("- | oil", "releaser")),
        ("the same, and the reference is removed", Unserved("oil | -", "releaser")),
        ("the same, and anything else is asked", Unserved("gas | oil", "mover")),
        ("through `status` or `finalize`", Of("oil | oil", "gas | gas", "mover") with { SubResource = "status" }),
        ("the namespace is being deleted", Of("oil | oil", "gas | oil", "mover") with { IsTerminating = true }),
    ];

    /// <summary>Renders it.</summary>
    /// <returns>The Markdown, with a line break at its end.</returns>
    public static string ToMarkdown()
    {
        var text = new StringBuilder(Introduction);
        Line(text, "row", "label", "Tenant references", "asked", "stored → received", "is", "takes", "then");
        Line(text, "---", "---", "---", "---", "---", "---", "---", "---");
        foreach (var row in Rows.All)
        {
            var isFirst = true;
            foreach (var example in row.Examples)
            {
                string[] words = isFirst ? [row.Id, row.Label.Words, row.References.Words, row.AskedWords] : ["", "", "", ""];
                Line(text, [.. words, .. Told(new Situation(row.ChangeOf(example), Actor.Named("mover"), new World()))]);
                isFirst = false;
            }
        }

        text.Append(Circumstances);
        Line(text, "when", "stored → received", "is", "takes", "then");
        Line(text, "---", "---", "---", "---", "---");
        foreach (var (words, state) in Others)
        {
            Line(text, [words, .. Told(state)]);
        }

        return text.ToString();
    }

    private static string[] Told(Situation state)
    {
        var (taking, answer) = (Oracle.TakingOf(state), Oracle.Mutate(state));
        var stored = state.Change.Stored is { } tenancy ? Code(tenancy) : "(new)";
        return
        [
            $"{stored} → {Code(state.Change.Received)}{(state.Change.AddsAnotherKind ? " and a ResourcePool" : "")}",
            taking.Kind,
            state.IsRefusedUnseen ? "" : string.Join(", ", Oracle.Needs(state, taking)),
            answer.IsAllowed ? Code(answer.Result) : $"refused, {answer.Code}{(answer.Missing is [] ? "" : $": {string.Join(", ", answer.Missing)}")}",
        ];
    }

    // A bar ends a cell, even within code.
    private static string Code(Marks tenancy) => $"`{tenancy.ToString().Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static void Line(StringBuilder text, params string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static Situation Unserved(string received, string actor) => Of("oil | oil", received, actor, World.WithoutTenants);

    private static Situation Of(string? stored, string received, string actor, World? world = null) =>
        new(new Change(stored is null ? null : Marks.Parse(stored), Marks.Parse(received)), Actor.Named(actor), world ?? new World());
}
