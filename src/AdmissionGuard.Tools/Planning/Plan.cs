using System.Collections.Immutable;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Planning.Contents;
using AdmissionGuard.Tools.Planning.Rights;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Planning;

/// <summary>What would come of a label, and what stands in its way.</summary>
internal sealed record Plan
{
    /// <summary>The namespace's name.</summary>
    public required string Namespace { get; init; }

    /// <summary>The request, as a kubectl command.</summary>
    public required string Command { get; init; }

    public required UserInfo User { get; init; }

    /// <summary>What both of the guard's webhooks said.</summary>
    public required SimulationResult Result { get; init; }

    /// <summary>What the API server itself refuses before any webhook is asked, word for word.</summary>
    public ImmutableArray<string> OfServer { get; init; } = [];

    /// <summary>What Capsule makes of it.</summary>
    public required Prediction Capsule { get; init; }

    /// <summary>Whether the API server enforces permission on ownerReferences.</summary>
    public required Prediction OwnerReferences { get; init; }

    /// <summary>The kubectl commands that grant what is missing.</summary>
    public ImmutableArray<RbacGrant> Grants { get; init; } = [];

    /// <summary>The maintenance windows, and when all are open at once.</summary>
    public ImmutableArray<string> Windows { get; init; } = [];

    /// <summary>What the namespace brings along, beside what the target allows.</summary>
    public ImmutableArray<CompatibilityCheck> CompatibilityChecks { get; init; } = [];

    /// <summary>What else is to be known.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Whether nothing that is known stands in the way.</summary>
    public bool IsAllowed => Result.IsAllowed && OfServer is [] && !Capsule.IsAgainst && !OwnerReferences.IsAgainst;

    /// <summary>What kubectl gets first; empty where nothing stands in the way.</summary>
    public string Answer => OfServer is [var first, ..] ? first : Result.Message;

    /// <summary>Every reason against it, whoever says it.</summary>
    public IEnumerable<string> Reasons =>
    [
        .. OfServer,
        .. Result.Reasons,
        .. OwnerReferences.IsAgainst ? [OwnerReferences.Words] : ImmutableArray<string>.Empty,
        .. Capsule.IsAgainst ? [Capsule.Words] : ImmutableArray<string>.Empty,
    ];
}
