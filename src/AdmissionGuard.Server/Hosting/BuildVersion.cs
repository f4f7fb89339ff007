using System.Reflection;

namespace AdmissionGuard.Server.Hosting;

/// <summary>The version of this build.</summary>
internal static class BuildVersion
{
    /// <summary>The version, and after a <c>+</c> the commit if the build knew it.</summary>
    public static string Text { get; } =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
