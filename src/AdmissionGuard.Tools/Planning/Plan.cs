using System.Collections.Immutable;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Planning.Contents;
using AdmissionGuard.Tools.Planning.Rights;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Planning;

/// <summary>The result of a change of the tenant label, and the reasons against it.</summary>
internal sealed record Plan
{
    /// <summary>The namespace's name.</summary>
    public required string Namespace { get; init; }

    /// <summary>The request, as a kubectl command.</summary>
    public required string Command { get; init; }

    public required UserInfo User { get; init; }

    /// <summary>The result of the guard's webhooks.</summary>
    public required SimulationResult Result { get; init; }

    /// <summary>The API server's own refusals before any webhook is called, verbatim.</summary>
    public ImmutableArray<string> OfServer { get; init; } = [];

    /// <summary>The prediction for Capsule.</summary>
    public required Prediction Capsule { get; init; }

    /// <summary>Whether the API server enforces permission on ownerReferences.</summary>
    public required Prediction OwnerReferences { get; init; }

    /// <summary>The kubectl commands that grant what is missing.</summary>
    public ImmutableArray<RbacGrant> Grants { get; init; } = [];

    /// <summary>The maintenance windows, and when all are open at once.</summary>
    public ImmutableArray<string> Windows { get; init; } = [];

    /// <summary>The compatibility of the namespace's contents with the target.</summary>
    public ImmutableArray<CompatibilityResult> CompatibilityChecks { get; init; } = [];

    /// <summary>What is assumed of the guard's configuration, because it could not be read; empty if nothing is.</summary>
    public string Assumption { get; init; } = "";

    /// <summary>What the verdict does not consider, because it could not be read.</summary>
    public ImmutableArray<string> Unknown { get; init; } = [];

    /// <summary>What a user should know beside the answer.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Whether no known check refuses it.</summary>
    public bool IsAllowed => Result.IsAllowed && OfServer is [] && !Capsule.IsRefused && !OwnerReferences.IsRefused;

    /// <summary>The first refusal for kubectl; empty if there is none.</summary>
    public string Answer => OfServer is [var first, ..] ? first : Result.Message;

    /// <summary>All reasons against it, from any check.</summary>
    public IEnumerable<string> Reasons =>
    [
        .. OfServer,
        .. Result.Reasons,
        .. OwnerReferences.IsRefused ? [OwnerReferences.Message] : ImmutableArray<string>.Empty,
        .. Capsule.IsRefused ? [Capsule.Message] : ImmutableArray<string>.Empty,
    ];
}
