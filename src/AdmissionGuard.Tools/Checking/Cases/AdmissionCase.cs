using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>A request, the input of its decision, and for a case the expected result.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Document">Its position.</param>
/// <param name="Review">The AdmissionReview.</param>
/// <param name="Options">The operators' configuration.</param>
/// <param name="Dependencies">The cluster that the files describe.</param>
internal sealed record AdmissionCase(
    string Name, Document Document, JsonObject Review, GuardOptions Options, EngineDependencies Dependencies)
{
    /// <summary>Says what the case shows; empty for a request alone.</summary>
    public string Description { get; init; } = "";

    /// <summary>What is expected; <see langword="null"/> for a request alone.</summary>
    public CaseExpectation? Expectation { get; init; }
}
