using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>What a lookup of a tenant comes to.</summary>
public enum TenantState
{
    /// <summary>It is there.</summary>
    Live,

    /// <summary>It is being deleted.</summary>
    Terminating,

    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>Nobody knows.</summary>
    Unanswered,

    /// <summary>The API server serves no tenants at all.</summary>
    NotServed,
}

/// <summary>The tenants of a situation.</summary>
/// <param name="Oil">The state of <c>oil</c>.</param>
/// <param name="Gas">The state of <c>gas</c>.</param>
/// <param name="Coal">The state of <c>coal</c>.</param>
public sealed record World(TenantState Oil = TenantState.Live, TenantState Gas = TenantState.Live, TenantState Coal = TenantState.Live)
{
    /// <summary>The tenants' CustomResourceDefinition is not there.</summary>
    public static World WithoutTenants { get; } = new(TenantState.NotServed, TenantState.NotServed, TenantState.NotServed);

    /// <summary>The names of all tenants.</summary>
    public static ImmutableArray<string> Tenants { get; } = ["oil", "gas", "coal"];

    /// <summary>A tenant's state.</summary>
    /// <param name="tenant">Its name.</param>
    public TenantState this[string tenant] => tenant switch { "oil" => Oil, "gas" => Gas, _ => Coal };
}

/// <summary>The user who sends the request.</summary>
/// <param name="Name">The user name, which says what it may do.</param>
public sealed record Actor(string Name)
{
    /// <summary>Everyone there is.</summary>
    public static ImmutableArray<Actor> All { get; } =
    [
        new("nobody"),
        new("releaser") { MayRelease = true },
        new("adopter") { MayAdopt = true },
        new("mover") { MayRelease = true, MayAdopt = true },
        new("exempt") { IsExempt = true },
        new("owner-of-gas") { Owns = ["gas"] },
        new("owner-of-all") { Owns = World.Tenants },
        new("moving-owner-of-all") { Owns = World.Tenants, OwnersMayMigrate = true },
        new("controller") { IsController = true, MayRelease = true, MayAdopt = true },
        new("strict-controller") { IsController = true },
    ];

    /// <summary>Whether it has the verb <c>release</c> on every tenant.</summary>
    public bool MayRelease { get; init; }

    /// <summary>Whether it has the verb <c>adopt</c> on every tenant.</summary>
    public bool MayAdopt { get; init; }

    /// <summary>Whether it needs no verbs.</summary>
    public bool IsExempt { get; init; }

    /// <summary>Whether it is a controller of the tenants.</summary>
    public bool IsController { get; init; }

    /// <summary>The tenants that it owns.</summary>
    public ImmutableArray<string> Owns { get; init; } = [];

    /// <summary>Whether the guard lets owners of both tenants migrate.</summary>
    public bool OwnersMayMigrate { get; init; }

    /// <summary>One of them.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The actor.</returns>
    public static Actor Named(string name) => All.Single(actor => actor.Name == name);
}

/// <summary>All that a decision depends on.</summary>
/// <param name="Change">What is changed.</param>
/// <param name="Actor">By whom.</param>
/// <param name="World">Among which tenants.</param>
/// <param name="SubResource">Through which subresource; empty for none.</param>
/// <param name="IsTerminating">Whether the namespace is being deleted.</param>
public sealed record Situation(Change Change, Actor Actor, World World, string SubResource = "", bool IsTerminating = false)
{
    /// <summary>Whether no tenancy can change here, whoever asks: through a subresource, or of a namespace that is being deleted.</summary>
    public bool IsRefusedUnseen => SubResource.Length > 0 || IsTerminating;

    /// <summary>The same, of another object received.</summary>
    /// <param name="received">The object.</param>
    /// <returns>The situation.</returns>
    public Situation With(RowTenancy received) => this with { Change = Change with { Received = received } };

    /// <inheritdoc />
    public override string ToString() =>
        $"{Change} by {Actor.Name}, oil {World.Oil}, gas {World.Gas}{(SubResource.Length == 0 ? "" : $", through {SubResource}")}{(IsTerminating ? ", terminating" : "")}";
}
