using System.Text;

namespace AdmissionGuard.DecisionTable;

/// <summary>The table for people, as Markdown: the rows, an example or more of each, and what the oracle says of it.</summary>
public static class Rendering
{
    private const string Introduction = """
        # Decisions

        This page is generated from the decision table that the tests compare the guard with; `UPDATE_GENERATED=1` regenerates it.
        A namespace's tenancy is written as `label | Tenant references`: `-` is none, `''` an empty label, `oil=typo` a reference with another UID than
        the tenant's. B is the tenant that the new label or reference names. A *current tenant* is a tenant that the old references name.
        In this table all tenants exist and the user has the verbs. The table shows the guard's decisions; Capsule may refuse what the guard allows.
        With Capsule 0.13 and newer, `kubectl delete tenant --cascade=orphan`, which removes the references while the tenant is being
        deleted, does not keep the namespaces: release them before you delete the tenant.


        """;

    private const string Circumstances = """

        Errors and special cases:


        """;

    private static readonly (string Words, Situation Situation)[] Others =
    [
        ("the verbs are missing", Of("oil | oil", "gas | oil", "nobody")),
        ("only `adopt` is missing", Of("oil | oil", "gas | oil", "releaser")),
        ("an exempt user", Of("oil | oil", "gas | oil", "exempt")),
        ("the tenant's owner creates a namespace", Of(null, "gas | -", "owner-of-gas")),
        ("the tenant's owner adopts a namespace", Of("- | -", "gas | -", "owner-of-gas")),
        ("a tenant controller (`tenant.controllers`) sets only the label", Of("gas | gas", "oil | gas", "controller")),
        ("a tenant controller sets label and reference", Of("gas | gas", "oil | oil", "controller")),
        ("a tenant controller sets label and reference, without the verbs", Of("gas | gas", "oil | oil", "strict-controller")),
        ("a tenant controller adopts a namespace", Of("- | -", "gas | -", "controller")),
        ("the target is being deleted", Of("oil | oil", "gas | oil", "mover", new World(Gas: TenantState.Terminating))),
        ("the target does not exist", Of("oil | oil", "gas | oil", "mover", new World(Gas: TenantState.Absent))),
        ("a tenant can't be looked up", Of("oil | oil", "gas | oil", "mover", new World(Oil: TenantState.Unanswered))),
        ("the source does not exist", Of("oil | oil", "gas | oil", "adopter", new World(Oil: TenantState.Absent))),
        ("the reference is removed and its tenant is being deleted", Of(
            "oil | oil", "oil | -", "releaser", new World(Oil: TenantState.Terminating))),
        ("the reference is removed and its tenant does not exist", Of(
            "oil | oil", "oil | -", "nobody", new World(Oil: TenantState.Absent))),
        ("the label is repaired and the tenant is being deleted", Of(
            "- | oil", "oil | oil", "nobody", new World(Oil: TenantState.Terminating))),
        ("tenants are not served (their CRD was deleted), and the label is removed", Unserved("- | oil", "releaser")),
        ("tenants are not served, and the reference is removed", Unserved("oil | -", "releaser")),
        ("tenants are not served, and anything else is requested", Unserved("gas | oil", "mover")),
        ("the change is sent to `status` or `finalize`", Of("oil | oil", "gas | gas", "mover") with { SubResource = "status" }),
        ("the namespace is being deleted", Of("oil | oil", "gas | oil", "mover") with { IsTerminating = true }),
    ];

    /// <summary>Renders it.</summary>
    /// <returns>The Markdown, with a line break at its end.</returns>
    public static string ToMarkdown()
    {
        var text = new StringBuilder(Introduction);
        Line(text, "Row", "Label", "Tenant references", "Requested", "Stored → received", "Transition", "Required verbs", "Result");
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
        Line(text, "Case", "Stored → received", "Transition", "Required verbs", "Result");
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
            answer.IsAllowed
                ? Code(answer.Result)
                : $"refused, {answer.Code}{(answer.Missing is [] ? "" : $": {string.Join(", ", answer.Missing)}")}",
        ];
    }

    // A bar ends a cell, even within code.
    private static string Code(RowTenancy tenancy) => $"`{tenancy.ToString().Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static void Line(StringBuilder text, params string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static Situation Unserved(string received, string actor) => Of("oil | oil", received, actor, World.WithoutTenants);

    private static Situation Of(string? stored, string received, string actor, World? world = null) =>
        new(new Change(stored is null ? null : RowTenancy.Parse(stored), RowTenancy.Parse(received)), Actor.Named(actor), world ?? new World());
}
