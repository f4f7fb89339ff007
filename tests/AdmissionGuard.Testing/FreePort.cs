using System.Net;
using System.Net.Sockets;

namespace AdmissionGuard.Testing;

/// <summary>Finds ports of loopback, for programs that can't say which one they were given.</summary>
internal static class FreePort
{
    /// <summary>One that is free now; somebody else may have it a moment later.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
