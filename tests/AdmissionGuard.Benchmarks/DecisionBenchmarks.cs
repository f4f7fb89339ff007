using System.Buffers;
using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Server.Admission.Reviews;
using BenchmarkDotNet.Attributes;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Benchmarks;

/// <summary>One decision without I/O, bytes in to bytes out.</summary>
[MemoryDiagnoser]
public class DecisionBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(16 * 1024);
    private readonly byte[] _unrelated = Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).Bytes();
    private readonly byte[] _label = Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")).Bytes();
    private readonly byte[] _completed = Update(Namespace("oil", "oil=u1"), Namespace("gas", "gas=gas-uid")).Bytes();
    private readonly ReviewHandler _handler;

    public DecisionBenchmarks()
    {
        var (cluster, options) = (new GrantingCluster(), new GuardOptions());
        _handler = new ReviewHandler(
            new Engine(new EngineDependencies(cluster, cluster, cluster, TimeProvider.System), options), options, TimeProvider.System);
    }

    [Benchmark(Description = "unrelated edit, /validate")]
    public Task UnrelatedEdit() => Decide(_unrelated, AdmissionPhase.Validating);

    [Benchmark(Description = "label changed, /mutate", Baseline = true)]
    public Task LabelChanged() => Decide(_label, AdmissionPhase.Mutating);

    [Benchmark(Description = "migration complete, /validate")]
    public Task MigrationComplete() => Decide(_completed, AdmissionPhase.Validating);

    private async Task Decide(byte[] review, AdmissionPhase phase)
    {
        _output.ResetWrittenCount();
        await _handler.HandleAsync(review, _output, phase, TimeSpan.FromSeconds(5), CancellationToken.None);
    }

    private sealed class GrantingCluster : ITenants, ICapsule, IAuthorizer
    {
        public Task<TenantLookup> FindAsync(string name, Deadline deadline) =>
            Task.FromResult<TenantLookup>(new TenantLookup.Found(new Tenant(name, $"{name}-uid")));

        public Task<ImmutableArray<string>> NamesAsync(Deadline deadline) => Task.FromResult<ImmutableArray<string>>([]);

        public Task<CapsuleLookup> SettingsAsync(Deadline deadline) => Task.FromResult<CapsuleLookup>(CapsuleLookup.Known.Nothing);

        public Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline) =>
            Task.FromResult<Permission>(new Permission.Granted());
    }
}
