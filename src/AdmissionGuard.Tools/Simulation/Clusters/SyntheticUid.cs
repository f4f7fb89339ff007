using System.Security.Cryptography;
using System.Text;

namespace AdmissionGuard.Tools.Simulation.Clusters;

/// <summary>UIDs for tenants that have none yet, as in a manifest: made of the name, so that they are the same every time.</summary>
internal static class SyntheticUid
{
    public static string Of(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"admissionguard check: tenant {name}"), hash);
        // Version 8: a UUID by a rule of one's own (RFC 9562).
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }
}
