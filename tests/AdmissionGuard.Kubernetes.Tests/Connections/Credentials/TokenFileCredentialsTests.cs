using AdmissionGuard.Kubernetes.Credentials;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Kubernetes.Tests.Connections.Credentials;

public sealed class TokenFileCredentialsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task The_file_is_read_again_within_a_minute()
    {
        Write(" first\n");
        var credentials = TokenFileCredentials.Open(_file, "", _time);
        Assert.Equal("Bearer first", await HeaderAsync(credentials));

        Write("second");
        _time.Advance(TokenFileCredentials.Period - TimeSpan.FromTicks(1));
        Assert.Equal("Bearer first", await HeaderAsync(credentials));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("Bearer second", await HeaderAsync(credentials));
    }

    [Fact]
    public async Task It_is_read_again_at_once_where_the_API_server_does_not_accept_the_token()
    {
        Write("first");
        var credentials = TokenFileCredentials.Open(_file, "", _time);
        var header = await credentials.HeaderAsync(TestContext.Current.CancellationToken);
        Assert.False(credentials.Reject(header));

        Write("second");
        Assert.True(credentials.Reject(header));
        Assert.Equal("Bearer second", await HeaderAsync(credentials));
        // Another request that was sent with the first.
        Assert.True(credentials.Reject(header));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    public async Task Where_it_can_not_be_read_the_token_of_before_is_used_and_that_is_told_once(string how)
    {
        Write("first");
        var credentials = TokenFileCredentials.Open(_file, "", _time);
        Spoil(how);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("Bearer first", await HeaderAsync(credentials));
        Assert.Contains(_file, credentials.TakeFailure(), StringComparison.Ordinal);
        Assert.Null(credentials.TakeFailure());

        Write("second");
        Assert.Equal("Bearer second", await HeaderAsync(credentials));
        Assert.Null(credentials.TakeFailure());
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    public async Task At_first_there_has_to_be_one_or_another_token(string how)
    {
        Spoil(how);

        Assert.Contains(
            _file,
            Assert.Throws<ConnectionSourceException>(() => TokenFileCredentials.Open(_file, "", _time)).Message,
            StringComparison.Ordinal);
        Assert.Equal("Bearer other", await HeaderAsync(TokenFileCredentials.Open(_file, "other", _time)));
    }

    private static async Task<string?> HeaderAsync(TokenFileCredentials credentials) =>
        (await credentials.HeaderAsync(TestContext.Current.CancellationToken))?.ToString();

    private void Write(string token) => File.WriteAllText(_file, token);

    private void Spoil(string how)
    {
        File.Delete(_file);
        if (how == "empty")
        {
            Write(" \n");
        }
    }
}
