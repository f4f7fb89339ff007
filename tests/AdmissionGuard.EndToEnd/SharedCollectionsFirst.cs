using Xunit.Sdk;
using Xunit.v3;

// Mostly they wait, for a collector or for a program to start. More than three at a time starve an API server on two cores.
[assembly: Parallelization(MaxThreads = 3)]
[assembly: TestCollectionOrderer(typeof(AdmissionGuard.EndToEnd.SharedCollectionsFirst))]

namespace AdmissionGuard.EndToEnd;

/// <summary>Begins with the collections that several classes share, which take longest: what begins last is waited for alone.</summary>
public sealed class SharedCollectionsFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionClassName is null)];
}
