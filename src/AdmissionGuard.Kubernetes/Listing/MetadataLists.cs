using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.Listing;

/// <summary>Lists the metadata of all objects of a kind, page by page; their specs stay where they are.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="time">The clock.</param>
internal sealed class MetadataLists(ApiServerClient calls, TimeProvider time)
{
    // By so much smaller is a page that was too large: people choose how much metadata an object has, up to 1.5 MiB.
    private const int Shrinking = 8;

    // A list of thousands takes long, and no request waits for it.
    private static readonly TimeSpan PageBudget = TimeSpan.FromSeconds(30);

    private readonly MetadataPages _pages = new(calls);

    /// <summary>Lists them. No more than one page is held at a time, beside what is made of the objects.</summary>
    /// <typeparam name="T">What is made of an object.</typeparam>
    /// <param name="call">The call.</param>
    /// <param name="path">The list's path.</param>
    /// <param name="kind">The kind of the objects.</param>
    /// <param name="make">Makes of an object what is kept of it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What was made of the objects, or why there is nothing.</returns>
    public async Task<ReadResult<ImmutableArray<T>>> ListAsync<T>(
        ApiCall call, string path, string kind, Func<ObjectMetadataDto, T> make, CancellationToken cancellation)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        var (next, size) = ("", MetadataPages.Size);
        while (true)
        {
            using var deadline = new Deadline(time, PageBudget, cancellation);
            switch (await _pages.ReadAsync(call, path, kind, size, next, deadline))
            {
                case ReadResult<MetadataPage>.Found { Value: var page }:
                    items.AddRange(page.Items.Select(make));
                    next = page.Next;
                    if (next.Length == 0)
                    {
                        return new ReadResult<ImmutableArray<T>>.Found(items.DrainToImmutable());
                    }

                    break;
                case ReadResult<MetadataPage>.Failed { Failure.Kind: ApiFailureKind.TooLarge } when size > 1:
                    size = Math.Max(1, size / Shrinking);
                    break;
                case ReadResult<MetadataPage>.Failed { Failure: var failure }:
                    return new ReadResult<ImmutableArray<T>>.Failed(failure);
                default:
                    return new ReadResult<ImmutableArray<T>>.NotFound(IsServed: false);
            }
        }
    }
}
