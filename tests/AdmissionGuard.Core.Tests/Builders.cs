using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Core.Tests;

/// <summary>Short builders: a test shows only what matters to it.</summary>
internal static class Builders
{
    public const string ApiVersion = "capsule.clastix.io/v1beta2";

    /// <summary>
    /// A namespace with a label and references to the tenants named: <c>oil</c>, or <c>oil=uid</c>, or <c>oil=uid@v1beta1</c>, with the
    /// live UID where none is given.
    /// </summary>
    public static NamespaceRecord Namespace(string? label = null, params string[] references)
    {
        var tenants = references.Select((text, index) =>
        {
            var (name, rest) = Split(text, '=');
            var (uid, version) = Split(rest ?? UidOf(name), '@');
            return new TenantReference(index, version is null ? ApiVersion : $"capsule.clastix.io/{version}", name, uid);
        });
        return new NamespaceRecord
        {
            Name = "billing",
            Tenancy = new Tenancy(label, [.. tenants]),
            HasLabels = true,
            HasOwnerReferences = references.Length > 0,
            OwnerReferenceCount = references.Length,
        };
    }

    /// <summary>The text as tables write it: <c>label | reference, reference</c>, <c>-</c> for none.</summary>
    public static NamespaceRecord Ns(string text)
    {
        var (label, references) = Split(text, '|');
        return Namespace(
            label.Trim() is "-" ? null : label.Trim() is "''" ? "" : label.Trim(),
            [
                .. (references ?? "")
                    .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Where(r => r != "-"),
            ]);
    }

    public static string UidOf(string tenant) => $"{tenant}-uid-0000";

    public static UserInfo User(string name = "alice", params string[] groups) => new(name, "", [.. groups], []);

    private static (string Head, string? Tail) Split(string text, char separator) =>
        text.Split(separator, 2) is [var head, var tail] ? (head, tail) : (text, null);
}

/// <summary>A cluster as a test wants it. By default <c>oil</c> and <c>gas</c> live and nobody may do anything.</summary>
internal sealed class FakeCluster : ITenants, ICapsule, IAuthorizer, ILookupLimiter
{
    private readonly Dictionary<string, TenantLookup> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<(string User, string Verb, string Tenant), Permission> _permissions = [];

    public FakeCluster() => Live("oil").Live("gas").Live("coal");

    public List<string> Asked { get; } = [];

    /// <summary>Names that are listed, but not found.</summary>
    public List<string> AlsoListed { get; } = [];

    public CapsuleLookup Capsule { get; set; } = CapsuleLookup.Known.Nothing;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public FakeCluster Live(string tenant, bool terminating = false, params TenantOwner[] owners) =>
        Live(new Tenant(tenant, Builders.UidOf(tenant)) { IsTerminating = terminating, Owners = [.. owners] });

    public FakeCluster Live(Tenant tenant) => Says(tenant.Name, new TenantLookup.Found(tenant));

    public FakeCluster Gone(string tenant) => Says(tenant, new TenantLookup.Absent());

    public FakeCluster Says(string tenant, TenantLookup lookup)
    {
        _tenants[tenant] = lookup;
        return this;
    }

    /// <summary>No more lookups are let in.</summary>
    public FakeCluster Full()
    {
        IsFull = true;
        return this;
    }

    public bool IsFull { get; private set; }

    public IDisposable? Enter(int lookups) => IsFull ? null : ILookupLimiter.Open.Enter(lookups);

    public FakeCluster Grant(string verb, string tenant, string user = "alice") => Says(user, verb, tenant, new Permission.Granted());

    public FakeCluster Says(string user, string verb, string tenant, Permission permission)
    {
        _permissions[(user, verb, tenant)] = permission;
        return this;
    }

    public Task<TenantLookup> FindAsync(string name, Deadline deadline)
    {
        Asked.Add($"get {name}");
        return Task.FromResult(_tenants.GetValueOrDefault(name, new TenantLookup.Absent()));
    }

    public Task<ImmutableArray<string>> NamesAsync(Deadline deadline)
    {
        WasListed = true;
        return Task.FromResult<ImmutableArray<string>>(
            [.. _tenants.Where(pair => pair.Value is TenantLookup.Found).Select(pair => pair.Key), .. AlsoListed]);
    }

    /// <summary>Whether the names of all tenants were asked for.</summary>
    public bool WasListed { get; private set; }

    /// <summary>Whether the CapsuleConfiguration was asked for.</summary>
    public bool WasCapsuleRead { get; private set; }

    public Task<CapsuleLookup> SettingsAsync(Deadline deadline)
    {
        WasCapsuleRead = true;
        return Task.FromResult(Capsule);
    }

    public Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline)
    {
        Asked.Add(verb == "get" ? $"may get {tenant}" : $"{verb} {tenant}");
        return Task.FromResult(_permissions.GetValueOrDefault((user.Name, verb, tenant), new Permission.Missing()));
    }
}

/// <summary>Asks an engine over a fake cluster.</summary>
internal static class Deciding
{
    public static async Task<Verdict> DecideAsync(
        this FakeCluster cluster,
        NamespaceRecord? old,
        NamespaceRecord received,
        AdmissionPhase phase = AdmissionPhase.Mutating,
        UserInfo? user = null,
        string subResource = "",
        GuardOptions? options = null,
        string fieldManager = "",
        NamespaceMetadata? metadata = null)
    {
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return await new Engine(
            new EngineDependencies(cluster, cluster, cluster, cluster.Clock) { Limiter = cluster }, options ?? new GuardOptions())
            .DecideAsync(
                new NamespaceRequest(
                    user ?? Builders.User(),
                    old,
                    received,
                    subResource) { FieldManager = fieldManager, ReadMetadata = () => metadata ?? NamespaceMetadata.Empty },
                phase,
                deadline);
    }

    public static Verdict.Allow Allowed(Verdict verdict)
    {
        Assert.True(verdict is Verdict.Allow, (verdict as Verdict.Deny)?.Message);
        return (Verdict.Allow)verdict;
    }

    public static Verdict.Deny Denied(Verdict verdict, DenyReason reason)
    {
        var deny = Assert.IsType<Verdict.Deny>(verdict);
        Assert.Equal(reason, deny.Reason);
        return deny;
    }
}
