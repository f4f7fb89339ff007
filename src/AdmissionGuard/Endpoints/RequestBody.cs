using System.Buffers;
using System.Net;
using AdmissionGuard.Limits;

namespace AdmissionGuard.Endpoints;

/// <summary>What reading a body came to.</summary>
internal enum BodyOutcome
{
    /// <summary>All of it is there.</summary>
    Complete,

    /// <summary>There is no room for it now.</summary>
    NoRoom,

    /// <summary>It did not arrive in time.</summary>
    Late,

    /// <summary>Its client is gone.</summary>
    Gone,
}

/// <summary>A request's body in one piece. Its first part costs nothing that is counted; the rest is charged as it arrives.</summary>
/// <remarks>So an ordinary review, of a few KiB, is never refused for want of room: how many connections there are bounds it.</remarks>
internal sealed class RequestBody : IDisposable
{
    /// <summary>What is not charged, in bytes.</summary>
    public const int Free = 16 * 1024;

    /// <summary>What is charged at a time, in bytes.</summary>
    public const int Step = 64 * 1024;

    private readonly byte[] _first = ArrayPool<byte>.Shared.Rent(Free);
    private BodyMemory? _whole;
    private Upload? _upload;
    private int _length;

    /// <summary>What arrived.</summary>
    public ReadOnlyMemory<byte> Bytes => (_whole?.Memory ?? _first.AsMemory())[.._length];

    /// <summary>Reads a body to its end. To be called once.</summary>
    /// <param name="request">The request.</param>
    /// <param name="budget">What it is charged to.</param>
    /// <param name="connection">The connection that it arrives by; <see langword="null"/> where that is not known.</param>
    /// <exception cref="BadHttpRequestException">It is over the server's limit, slower than the least rate, or not HTTP.</exception>
    public async ValueTask<BodyOutcome> ReadAsync(HttpRequest request, BodyBudget budget, ClientConnection? connection)
    {
        var aborted = request.HttpContext.RequestAborted;
        try
        {
            return await ReadFirstAsync(request.Body, aborted) || await ReadRestAsync(request, budget, connection, aborted) ? BodyOutcome.Complete : BodyOutcome.NoRoom;
        }
        catch (Exception e) when (e is OperationCanceledException or (IOException and not BadHttpRequestException))
        {
            return _upload switch
            {
                _ when aborted.IsCancellationRequested => BodyOutcome.Gone,
                { IsShed: true } => BodyOutcome.NoRoom,
                { IsLate: true } => BodyOutcome.Late,
                // A connection that is reset is gone before the request is told so.
                _ => BodyOutcome.Gone,
            };
        }
    }

    public void Dispose()
    {
        ((IDisposable?)_whole)?.Dispose();
        _upload?.Dispose();
        ArrayPool<byte>.Shared.Return(_first);
    }

    /// <summary>Reads until the end, or until the first part is full.</summary>
    /// <returns>Whether it is the end.</returns>
    private async ValueTask<bool> ReadFirstAsync(Stream body, CancellationToken aborted)
    {
        int read;
        while (_length < Free && (read = await body.ReadAsync(_first.AsMemory(_length, Free - _length), aborted)) > 0)
        {
            _length += read;
        }

        return _length < Free;
    }

    private async ValueTask<bool> ReadRestAsync(HttpRequest request, BodyBudget budget, ClientConnection? connection, CancellationToken aborted)
    {
        // One byte more than there may be, so that the end is read as such.
        var most = (int)Math.Min(request.ContentLength ?? ReviewEndpoints.MaxBodyBytes, ReviewEndpoints.MaxBodyBytes) + 1;
        _upload = budget.Begin(connection?.Address ?? IPAddress.None, aborted);
        connection?.Upload = _upload;
        if (!await _upload.ChargeAsync(Math.Min(Free + Step, most)))
        {
            return false;
        }

        _whole = new BodyMemory(most);
        _first.AsSpan(0, _length).CopyTo(_whole.GetSpan());
        for (var charged = Math.Min(Free + Step, most); ;)
        {
            var read = await request.Body.ReadAsync(_whole.Memory[_length..charged], _upload.Token);
            if (read == 0)
            {
                _upload.Complete();
                return true;
            }

            _length += read;
            _upload.Received(_length);
            if (_length == most)
            {
                throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge);
            }

            if (_length == charged)
            {
                var step = Math.Min(Step, most - charged);
                if (!await _upload.ChargeAsync(step))
                {
                    return false;
                }

                charged += step;
            }
        }
    }
}
