namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>Nothing to connect with, or nothing that can be used.</summary>
/// <param name="message">What, and where.</param>
/// <param name="inner">The cause.</param>
public sealed class ConnectionSourceException(string message, Exception? inner = null) : Exception(message, inner);
