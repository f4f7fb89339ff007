namespace AdmissionGuard.Kubernetes.Infrastructure;

/// <summary>A value that is read again when its source changes. If the new value is invalid, the last valid one stays in use.</summary>
/// <remarks>Any thread may read the properties. Reload from one thread at a time.</remarks>
/// <typeparam name="TValue">The value.</typeparam>
/// <typeparam name="TRejection">Why a value is invalid.</typeparam>
public sealed class LastKnownGood<TValue, TRejection>
    where TValue : class
    where TRejection : class
{
    private TValue? _value;
    private TRejection? _rejected;
    private string? _fingerprint;
    private string? _refusedFingerprint;

    /// <summary>Starts without a value.</summary>
    public LastKnownGood()
    {
    }

    /// <summary>Starts with a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="fingerprint">The fingerprint of its source.</param>
    public LastKnownGood(TValue value, string fingerprint) => (_value, _fingerprint) = (value, fingerprint);

    /// <summary>The value in use; <see langword="null"/> before the first.</summary>
    public TValue? Value => Volatile.Read(ref _value);

    /// <summary>Why the source's present content is not in use; <see langword="null"/> if it is.</summary>
    public TRejection? Rejected => Volatile.Read(ref _rejected);

    /// <summary>Records that the source has no content that could be read.</summary>
    /// <param name="why">Why.</param>
    public void Reject(TRejection why) => Volatile.Write(ref _rejected, why);

    /// <summary>Reads the source unless its content is the one in use. Invalid content is read again each time: a certificate becomes valid by waiting.</summary>
    /// <param name="fingerprint">The fingerprint of the source's present content.</param>
    /// <param name="read">Reads and validates the content.</param>
    /// <param name="isDue">Whether to read the content in use again.</param>
    /// <returns>
    /// The result; <see cref="ReloadResult.Refused"/> once for each content, however often it is read, and
    /// <see cref="ReloadResult.Applied"/> also if the source has the content in use again after an invalid one.
    /// </returns>
    public ReloadResult Reload(string fingerprint, Func<ReloadAttempt<TValue, TRejection>> read, bool isDue = false)
    {
        if (fingerprint == _fingerprint && !isDue)
        {
            _refusedFingerprint = null;
            return Interlocked.Exchange(ref _rejected, null) is null ? ReloadResult.Same : ReloadResult.Applied;
        }

        var attempt = read();
        if (attempt.Value is { } value)
        {
            (_fingerprint, _refusedFingerprint) = (attempt.Fingerprint ?? fingerprint, null);
            Volatile.Write(ref _value, value);
            Volatile.Write(ref _rejected, null);
            return ReloadResult.Applied;
        }

        var isKnown = fingerprint == _refusedFingerprint;
        _refusedFingerprint = fingerprint;
        Volatile.Write(ref _rejected, attempt.Rejection);
        return isKnown ? ReloadResult.Same : ReloadResult.Refused;
    }
}

/// <summary>What reading a source resulted in: a value or a rejection.</summary>
/// <param name="Value">The value; <see langword="null"/> if it is invalid.</param>
/// <param name="Rejection">Why it is invalid; <see langword="null"/> if it is valid.</param>
/// <param name="Fingerprint">The fingerprint to compare with from now on; <see langword="null"/> for the one that the reload began with.</param>
/// <typeparam name="TValue">The value.</typeparam>
/// <typeparam name="TRejection">Why a value is invalid.</typeparam>
public readonly record struct ReloadAttempt<TValue, TRejection>(TValue? Value, TRejection? Rejection, string? Fingerprint = null)
    where TValue : class
    where TRejection : class;
