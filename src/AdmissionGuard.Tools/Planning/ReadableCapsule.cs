using AdmissionGuard.Core;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Tools.Planning;

/// <summary>
/// Capsule's configuration for a plan: the guard may read it, but who plans may not. Then the plan is made without it, and says so.
/// </summary>
/// <param name="capsule">Reads it.</param>
internal sealed class ReadableCapsule(ICapsule capsule) : ICapsule
{
    /// <summary>Why it is not considered; <see langword="null"/> if it was read, or nobody asked for it.</summary>
    public ApiFailure? Forbidden { get; private set; }

    /// <inheritdoc />
    public async Task<CapsuleLookup> SettingsAsync(Deadline deadline)
    {
        var lookup = await capsule.SettingsAsync(deadline);
        if (lookup is not CapsuleLookup.Unknown { Failure: { Kind: ApiFailureKind.Answered, Status: 403 } failure })
        {
            return lookup;
        }

        Forbidden = failure;
        return CapsuleLookup.Known.Nothing;
    }
}
