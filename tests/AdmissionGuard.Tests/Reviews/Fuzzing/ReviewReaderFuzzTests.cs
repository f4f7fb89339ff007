using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Server.Admission.Reviews;
using CsCheck;

namespace AdmissionGuard.Tests.Reviews.Fuzzing;

/// <summary>Whatever the bytes, the reader refuses them or takes from them what another reader of JSON finds there.</summary>
public sealed class ReviewReaderFuzzTests(ITestOutputHelper output)
{
    private const int Cases = 100_000;

    private static readonly ReviewReader Reader = new(new TenantKind());

    private int _read;

    [Fact]
    public void A_review_is_refused_or_means_what_System_Text_Json_finds_in_it()
    {
        // A failing case is made as small as it can be and prints its seed: CsCheck_Seed=… repeats it.
        var seed = Environment.GetEnvironmentVariable("CsCheck_Seed") ?? Gen.Seed.Single();
        output.WriteLine($"first CsCheck_Seed={seed}, {Cases} cases");

        FuzzedReview.All.Sample(Check, output.WriteLine, seed, Cases);

        output.WriteLine($"{_read} read, {Cases - _read} refused");
        Assert.True(
            _read > Cases / 10 && Cases - _read > Cases / 10, $"of {Cases} cases {_read} were read: the mutations are too many or too few");
    }

    private void Check(FuzzedReview fuzzed)
    {
        var bytes = fuzzed.Bytes();
        var expected = ReviewOracle.Read(bytes);
        var actual = Read(bytes);

        Assert.Equal(expected, actual);
        _ = expected is null ? 0 : Interlocked.Increment(ref _read);
    }

    private static ReviewValues? Read(byte[] bytes)
    {
        try
        {
            return Of(Reader.Read(bytes));
        }
        catch (BadReviewException)
        {
            return null;
        }
    }

    private static ReviewValues Of(Review review) => new(
        Text(review, review.Uid),
        Text(review, review.OperationText),
        $"{review.Operation}",
        review.IsNamespace,
        Text(review, review.SubResource),
        Text(review, review.Name),
        review.IsDryRun,
        Text(review, review.FieldManager),
        Text(review, review.User),
        Text(review, review.UserUid),
        string.Join('|', (review.Groups ?? []).Select(group => group.Read(review.Bytes))),
        string.Join(
            '|',
            (review.Extra ?? []).Select(
                pair => $"{pair.Key.Read(review.Bytes)}={string.Join(',', pair.Value.Select(value => value.Read(review.Bytes)))}")),
        Of(review, review.Object),
        Of(review, review.OldObject));

    private static NamespaceValues Of(Review review, NamespaceFieldPositions span)
    {
        var metadata = span.ReadMetadata(review.Bytes);
        return new NamespaceValues(
            span.IsPresent,
            Text(review, span.Name),
            Text(review, span.ResourceVersion),
            Text(review, span.Label),
            Text(review, span.Reason),
            Text(review, span.Override),
            span.IsTerminating,
            span.HasLabels,
            span.HasOwnerReferences,
            span.OwnerReferenceCount,
            string.Join('|', (span.References ?? []).Select(each =>
                $"{each.Index}:{Text(review, each.ApiVersion)},{Text(review, each.Kind)},{Text(review, each.Name)},{Text(review, each.Uid)},{each.IsTenant}")),
            string.Join('|', metadata.Labels.Select(pair => $"{pair.Key}={pair.Value}")),
            string.Join('|', metadata.Annotations.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    private static string? Text(Review review, JsonSlice text) => text.IsPresent ? text.Read(review.Bytes) : null;
}
