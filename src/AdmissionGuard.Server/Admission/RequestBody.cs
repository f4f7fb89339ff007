using System.Buffers;
using System.Net;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Admission;

/// <summary>The result of reading a body.</summary>
internal enum BodyOutcome
{
    /// <summary>The body is complete.</summary>
    Complete,

    /// <summary>No memory is available at the moment.</summary>
    NoRoom,

    /// <summary>It did not arrive in time.</summary>
    Late,

    /// <summary>The client has disconnected.</summary>
    Gone,
}

/// <summary>A request's body in one piece. The first part is not counted; the rest is charged as it arrives.</summary>
/// <remarks>So an ordinary review of a few KiB is never refused for lack of memory; the connection limit bounds the first parts.</remarks>
internal sealed class RequestBody : IDisposable
{
    private readonly byte[] _first = ArrayPool<byte>.Shared.Rent(ServerLimits.FreeBodyBytes);
    private readonly HttpRequest _request;
    private readonly ClientConnection? _connection;
    private BodyMemory? _whole;
    private BodyUpload? _upload;
    private int _length;

    /// <summary>The body of a request, not yet read.</summary>
    /// <param name="request">The request.</param>
    /// <param name="connection">The connection that it arrives by; <see langword="null"/> if that is not known.</param>
    public RequestBody(HttpRequest request, ClientConnection? connection) => (_request, _connection) = (request, connection);

    /// <summary>What arrived.</summary>
    public ReadOnlyMemory<byte> Bytes => (_whole?.Memory ?? _first.AsMemory())[.._length];

    /// <summary>Reads it to its end. Call it once.</summary>
    /// <param name="budget">What it is charged to.</param>
    /// <exception cref="BadHttpRequestException">It is over the server's limit, slower than the least rate, or not HTTP.</exception>
    public async ValueTask<BodyOutcome> ReadAsync(BodyBudget budget)
    {
        var reader = _request.BodyReader;
        try
        {
            while (true)
            {
                // No cancellation token: Kestrel can't discard the rest of a body whose reading was canceled by one, and the answer
                // would be lost with the connection. CancelPendingRead ends the reading.
                var result = await reader.ReadAsync(CancellationToken.None);
                var isTaken = false;
                try
                {
                    isTaken = !result.IsCanceled && await TakeAsync(result.Buffer, budget);
                }
                finally
                {
                    reader.AdvanceTo(isTaken ? result.Buffer.End : result.Buffer.Start);
                }

                if (!isTaken)
                {
                    return Ended();
                }

                if (result.IsCompleted)
                {
                    _upload?.Complete();
                    return BodyOutcome.Complete;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or (IOException and not BadHttpRequestException))
        {
            return Ended();
        }
    }

    public void Dispose()
    {
        _connection?.Upload = null;
        ((IDisposable?)_whole)?.Dispose();
        _upload?.Dispose();
        ArrayPool<byte>.Shared.Return(_first);
    }

    private async ValueTask<bool> TakeAsync(ReadOnlySequence<byte> bytes, BodyBudget budget)
    {
        var length = _length + (int)bytes.Length;
        if (length > ServerLimits.FreeBodyBytes && !await ReserveAsync(length, budget))
        {
            return false;
        }

        bytes.CopyTo((_whole is null ? _first : _whole.GetSpan())[_length..]);
        _length = length;
        _upload?.Received(length);
        return true;
    }

    private async ValueTask<bool> ReserveAsync(int length, BodyBudget budget)
    {
        var most = (int)Math.Min(_request.ContentLength ?? ReviewLimits.MaxBodyBytes, ReviewLimits.MaxBodyBytes);
        if (length > most)
        {
            throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge);
        }

        _upload ??= budget.Begin(
            _connection?.Address ?? IPAddress.None, _request.BodyReader.CancelPendingRead, _request.HttpContext.RequestAborted);
        _connection?.Upload = _upload;
        var missing = length - _upload.Charged;
        if (missing > 0
            && !await _upload.ChargeAsync(
                Math.Min(
                    (missing + ServerLimits.BodyStepBytes - 1) / ServerLimits.BodyStepBytes * ServerLimits.BodyStepBytes,
                    most - _upload.Charged)))
        {
            return false;
        }

        if (_whole is null)
        {
            _whole = new BodyMemory(most);
            _first.AsSpan(0, _length).CopyTo(_whole.GetSpan());
        }

        return true;
    }

    private BodyOutcome Ended() => _upload switch
    {
        { IsShed: true } => BodyOutcome.NoRoom,
        { IsLate: true } when !_request.HttpContext.RequestAborted.IsCancellationRequested => BodyOutcome.Late,
        _ => BodyOutcome.Gone,
    };
}
