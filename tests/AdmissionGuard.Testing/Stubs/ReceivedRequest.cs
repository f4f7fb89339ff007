using System.Text;

namespace AdmissionGuard.Testing;

/// <summary>A request as a server received it.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path with the query.</param>
/// <param name="Protocol">The version of HTTP.</param>
/// <param name="Authorization">The <c>Authorization</c> header; empty for none.</param>
/// <param name="Connection">The ID of its connection.</param>
/// <param name="Bytes">Its body.</param>
/// <param name="At">When it arrived.</param>
internal sealed record ReceivedRequest(
    string Method, string Path, string Protocol, string Authorization, string Connection, byte[] Bytes, DateTimeOffset At)
{
    /// <summary>The body as text.</summary>
    public string Body => Encoding.UTF8.GetString(Bytes);
}
