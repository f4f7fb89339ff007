using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Decisions;

/// <summary>A request to create or update a namespace.</summary>
/// <param name="User">Who asks.</param>
/// <param name="Old">The namespace as stored; <see langword="null"/> on CREATE.</param>
/// <param name="Received">The namespace as the request would leave it.</param>
/// <param name="SubResource">The sub-resource addressed; empty for the namespace itself.</param>
public sealed record NamespaceRequest(Requester User, NamespaceRecord? Old, NamespaceRecord Received, string SubResource)
{
    /// <summary>Whether the namespace is created by this request.</summary>
    public bool IsCreate => Old is null;

    /// <summary>The namespace's name.</summary>
    public string Name => Received.Name;
}

/// <summary>Which of the two webhooks asks.</summary>
public enum AdmissionPhase
{
    /// <summary>May complete the object; other mutators may follow.</summary>
    Mutating,

    /// <summary>Sees the final object; has the last word, and gives the warnings.</summary>
    Validating,
}
