using System.Net;
using AdmissionGuard.Server.Limits;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Tests.Limits;

/// <summary>Who makes room where a listener has as many connections as it may.</summary>
public sealed class ConnectionTableTests
{
    private const int Most = 8;
    private const int MostPerAddress = 4;

    private static readonly IPAddress Server = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Stranger = IPAddress.Parse("10.0.0.2");
    private static readonly IPAddress Other = IPAddress.Parse("10.0.0.3");

    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionTable _table;

    public ConnectionTableTests() => _table = new ConnectionTable(Most, MostPerAddress, _time);

    [Fact]
    public void As_long_as_there_is_room_nobody_makes_any()
    {
        Fill(Stranger, MostPerAddress);
        Fill(Server, MostPerAddress);

        Assert.Equal(Most, _table.Count);
    }

    [Fact]
    public void Who_has_a_share_already_makes_room_for_itself()
    {
        var first = Fill(Stranger, MostPerAddress)[0];

        Assert.Equal((true, first, ConnectionState.Handshaking), Add(Stranger));
        Assert.Equal(MostPerAddress, _table.Count);
    }

    [Fact]
    public void Where_all_is_full_the_address_with_the_most_makes_room()
    {
        var server = Fill(Server, 2, ConnectionState.Idle);
        var strangers = Fill(Stranger, MostPerAddress);
        Fill(Other, 2, ConnectionState.Idle);

        // The server's have been idle for longer, and would be closed first by that alone.
        Assert.Equal((true, strangers[0], ConnectionState.Handshaking), Add(Server));
        Assert.All(server, connection => Assert.Equal(ConnectionState.Idle, connection.State));
        Assert.Equal(Most, _table.Count);
    }

    [Fact]
    public void What_is_being_answered_counts_neither_for_an_address_nor_against_it()
    {
        Fill(Server, MostPerAddress, ConnectionState.Answering);
        var stranger = Fill(Stranger, 2)[0];
        Fill(Other, 2);

        Assert.Equal((true, stranger, ConnectionState.Handshaking), Add(Stranger));
    }

    [Fact]
    public void Idle_ones_go_first_then_the_longest_handshakes_then_the_slowest_upload()
    {
        var uploads = Fill(Stranger, 2, ConnectionState.Uploading);
        var handshaking = Add(Stranger, out _);
        var idle = Add(Stranger, out _);
        var budget = new BodyBudget(100, 100, _time);
        (uploads[0].Upload, uploads[1].Upload) = (Begin(), Begin());
        BodyUpload Begin() => budget.Begin(Stranger, () => { }, TestContext.Current.CancellationToken);
        idle.Enter(ConnectionState.Idle, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(2));
        uploads[0].Upload!.Received(10);
        uploads[1].Upload!.Received(9);

        var gone = new List<ClientConnection?>();
        for (var time = 0; time < MostPerAddress; time++)
        {
            var (isIn, evicted, _) = Add(Stranger, ConnectionState.Answering);
            Assert.True(isIn);
            gone.Add(evicted);
        }

        Assert.Equal([idle, handshaking, uploads[1], uploads[0]], gone);
        Assert.Equal((false, null, default), Add(Stranger));
    }

    [Fact]
    public void An_upload_that_has_brought_next_to_nothing_is_slower_than_one_that_works()
    {
        var uploads = Fill(Stranger, MostPerAddress, ConnectionState.Uploading);
        var budget = new BodyBudget(long.MaxValue, long.MaxValue, _time);
        uploads[0].Upload = budget.Begin(Stranger, () => { }, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(2));
        uploads[0].Upload!.Received(1024 * 1024);

        var gone = Enumerable.Range(0, MostPerAddress - 1).Select(_ => Add(Stranger, ConnectionState.Answering).Evicted).ToList();

        Assert.DoesNotContain(uploads[0], gone);
        Assert.All(uploads.Skip(1), stalling => Assert.Contains(stalling, gone));
    }

    [Fact]
    public void Of_an_address_that_is_answered_on_all_its_connections_no_further_one_is_taken_and_of_others_it_is()
    {
        Fill(Stranger, MostPerAddress, ConnectionState.Answering);

        Assert.False(Add(Stranger).IsIn);
        Assert.True(Add(Server).IsIn);
    }

    [Fact]
    public void One_that_is_chosen_does_nothing_else_any_more()
    {
        var chosen = Fill(Stranger, MostPerAddress, ConnectionState.Idle)[0];

        Add(Stranger);
        chosen.Enter(ConnectionState.Answering, _time.GetTimestamp());

        Assert.Equal(ConnectionState.Closing, chosen.State);
        Assert.False(chosen.TryTake(ConnectionState.Idle));
    }

    [Fact]
    public void What_is_over_leaves_room_once()
    {
        var connections = Fill(Stranger, MostPerAddress);
        var (_, evicted, _) = Add(Stranger);

        _table.Remove(evicted!);
        _table.Remove(connections[1]);
        _table.Remove(connections[1]);

        Assert.Equal(MostPerAddress - 1, _table.Count);
        Assert.Null(Add(Stranger).Evicted);
    }

    private ClientConnection[] Fill(IPAddress address, int count, ConnectionState state = ConnectionState.Handshaking) =>
        [.. Enumerable.Range(0, count).Select(_ =>
        {
            var connection = Add(address, out var evicted);
            Assert.Null(evicted);
            connection.Enter(state, _time.GetTimestamp());
            _time.Advance(TimeSpan.FromMilliseconds(1));
            return connection;
        })];

    private ClientConnection Add(IPAddress address, out ClientConnection? evicted)
    {
        var connection = new ClientConnection(address, _time.GetTimestamp(), () => { });
        Assert.True(_table.TryAdd(connection, out evicted, out _));
        return connection;
    }

    private (bool IsIn, ClientConnection? Evicted, ConnectionState From) Add(
        IPAddress address, ConnectionState state = ConnectionState.Handshaking)
    {
        var connection = new ClientConnection(address, _time.GetTimestamp(), () => { });
        connection.Enter(state, _time.GetTimestamp());
        var isIn = _table.TryAdd(connection, out var evicted, out var from);
        return (isIn, evicted, from);
    }
}
