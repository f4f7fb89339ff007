using AdmissionGuard.Kubernetes.Secrets;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>What self-managed certificates take.</summary>
/// <param name="Secret">Where they are kept.</param>
/// <param name="Keeper">Makes and publishes them.</param>
/// <param name="Intake">Keeps the last good one.</param>
/// <param name="Lifetimes">How long they live.</param>
internal sealed record SelfManagedParts(CertificateSecret Secret, CertificateKeeper Keeper, Intake Intake, Lifetimes Lifetimes);
