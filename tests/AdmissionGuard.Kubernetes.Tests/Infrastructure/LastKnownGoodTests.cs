using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Kubernetes.Tests.Infrastructure;

public sealed class LastKnownGoodTests
{
    private readonly LastKnownGood<string, string> _value = new("first", "1");
    private int _reads;

    [Fact]
    public void Content_in_use_is_not_read_again()
    {
        Assert.Equal(ReloadResult.Same, Reload("1", "other"));
        Assert.Equal((0, "first", null), (_reads, _value.Value, _value.Rejected));
    }

    [Fact]
    public void Content_in_use_is_read_again_when_it_is_due()
    {
        Assert.Equal(ReloadResult.Applied, Reload("1", "renewed", isDue: true));
        Assert.Equal((1, "renewed"), (_reads, _value.Value));
    }

    [Fact]
    public void Invalid_content_is_refused_once_and_read_again_until_it_is_valid()
    {
        Assert.Equal(ReloadResult.Refused, Reload("2", null));
        Assert.Equal(ReloadResult.Same, Reload("2", null));
        Assert.Equal((2, "first", "invalid"), (_reads, _value.Value, _value.Rejected));
        Assert.Equal(ReloadResult.Applied, Reload("2", "second"));
        Assert.Equal(("second", null), (_value.Value, _value.Rejected));
    }

    [Fact]
    public void Other_invalid_content_is_refused_again()
    {
        Assert.Equal(ReloadResult.Refused, Reload("2", null));
        Assert.Equal(ReloadResult.Refused, Reload("3", null));
        Assert.Equal(ReloadResult.Refused, Reload("2", null));
    }

    [Fact]
    public void The_content_in_use_is_valid_again_when_it_comes_back_after_invalid_content()
    {
        Assert.Equal(ReloadResult.Refused, Reload("2", null));
        Assert.Equal(ReloadResult.Applied, Reload("1", "unread"));
        Assert.Equal((1, "first", null), (_reads, _value.Value, _value.Rejected));
        Assert.Equal(ReloadResult.Same, Reload("1", "unread"));
        Assert.Equal(ReloadResult.Refused, Reload("2", null));
    }

    private ReloadResult Reload(string fingerprint, string? content, bool isDue = false) => _value.Reload(
        fingerprint,
        () =>
        {
            _reads++;
            return content is null ? new(null, "invalid") : new(content, null);
        },
        isDue);
}
