using AdmissionGuard.Kubernetes.Secrets;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>What self-managed certificates take.</summary>
/// <param name="Secret">Where they are kept.</param>
/// <param name="Reconciler">Makes and publishes them.</param>
/// <param name="Source">Keeps the last good one.</param>
/// <param name="Lifetimes">How long they live.</param>
internal sealed record SelfManagedServices(CertificateSecret Secret, CertificateReconciler Reconciler, CertificateSource Source, Lifetimes Lifetimes);
