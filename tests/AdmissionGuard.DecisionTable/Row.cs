namespace AdmissionGuard.DecisionTable;

/// <summary>A condition of the table.</summary>
/// <param name="Words">As the design says it.</param>
/// <param name="Holds">The same, of a change.</param>
public sealed record Condition(string Words, Func<Change, bool> Holds);

/// <summary>One row of the table.</summary>
/// <param name="Id">Its name in tests and in the rendering.</param>
/// <param name="IsCreate">Whether it is of CREATE; else it is of UPDATE.</param>
/// <param name="Label">What it wants of the label.</param>
/// <param name="References">What it wants of the Tenant references.</param>
/// <param name="AskedWords">What is asked, as the design says it.</param>
/// <param name="Asked">The same, of a change.</param>
public sealed record Row(string Id, bool IsCreate, Condition Label, Condition References, string AskedWords, Func<Change, Ask> Asked)
{
    /// <summary>Whether it is the row of changes that add a reference to another kind of the tenant's group.</summary>
    public bool IsOfAnotherKind { get; init; }

    /// <summary>Changes that show it, in the notation of <see cref="RowTenancy"/>.</summary>
    public IReadOnlyList<(string Stored, string Received)> Examples { get; init; } = [];

    /// <summary>Whether a change is this row's.</summary>
    /// <param name="change">The change.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public bool Matches(Change change) =>
        change.IsCreate == IsCreate && change.AddsAnotherKind == IsOfAnotherKind && Label.Holds(change) && References.Holds(change);

    /// <summary>One of the row's examples, as a change.</summary>
    /// <param name="example">The example.</param>
    /// <returns>The change.</returns>
    public Change ChangeOf((string Stored, string Received) example) =>
        new(IsCreate ? null : RowTenancy.Parse(example.Stored), RowTenancy.Parse(example.Received), IsOfAnotherKind);
}
