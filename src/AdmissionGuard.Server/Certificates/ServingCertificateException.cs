namespace AdmissionGuard.Server.Certificates;

/// <summary>A certificate can't be used.</summary>
/// <param name="message">Which, and why.</param>
/// <param name="inner">The cause.</param>
public sealed class ServingCertificateException(string message, Exception? inner = null) : Exception(message, inner);
