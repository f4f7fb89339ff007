using System.Collections.Immutable;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Core.Tests.Requests;

/// <summary>An access review sends the whole user, so a large user counts for more than one lookup.</summary>
public sealed class UserInfoTests
{
    /// <summary>Every part of a user, each of another length.</summary>
    [Theory]
    [InlineData(0, 0, "", "", 0)]
    [InlineData(3, 0, "", "", 3)]
    [InlineData(0, 5, "", "", 5)]
    [InlineData(0, 0, "7", "", 7)]
    [InlineData(0, 0, "7,11", "", 18)]
    [InlineData(0, 0, "", "13", 13)]
    [InlineData(0, 0, "", "13:17", 30)]
    [InlineData(0, 0, "", "13:17:19,23:29", 101)]
    [InlineData(3, 5, "7,11", "13:17:19,23:29", 127)]
    public void The_size_is_that_of_all_parts(int name, int uid, string groups, string extra, int size) =>
        Assert.Equal(size, Of(name, uid, groups, extra).Size);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4095, 1)]
    [InlineData(4096, 2)]
    [InlineData(8191, 2)]
    [InlineData(1 << 20, 257)]
    public void An_access_review_counts_once_more_for_every_4096_characters(int size, int weight)
    {
        Assert.Equal(weight, Of(size, 0, "", "").Weight);
        Assert.Equal(weight, Of(0, 0, $"{size}", "").Weight);
        Assert.Equal(weight, Of(0, 0, "", $"0:{size}").Weight);
    }

    /// <summary>A user of parts of these lengths; of an extra value, its key and its values.</summary>
    private static UserInfo Of(int name, int uid, string groups, string extra) => new(
        Text(name),
        Text(uid),
        [.. Lengths(groups, ',').Select(Text)],
        [
            .. extra.Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(each => Lengths(each, ':').Select(Text).ToImmutableArray())
                .Select(texts => KeyValuePair.Create(texts[0], texts[1..])),
        ]);

    private static IEnumerable<int> Lengths(string text, char separator) =>
        text.Split(separator, StringSplitOptions.RemoveEmptyEntries).Select(each => int.Parse(each, null));

    private static string Text(int length) => new('x', length);
}
