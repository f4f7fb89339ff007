using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>A request, all that it is decided by, and for a case what is expected.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Document">Where it stands.</param>
/// <param name="Review">The AdmissionReview.</param>
/// <param name="Options">What the operators chose.</param>
/// <param name="Dependencies">The cluster that files stand for.</param>
internal sealed record AdmissionCase(string Name, Document Document, JsonObject Review, GuardOptions Options, EngineDependencies Dependencies)
{
    /// <summary>Says what the case shows; empty for a request alone.</summary>
    public string Description { get; init; } = "";

    /// <summary>What is expected; <see langword="null"/> for a request alone.</summary>
    public CaseExpectation? Expectation { get; init; }
}
