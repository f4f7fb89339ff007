using System.CommandLine;

namespace AdmissionGuard.CommandLine;

/// <summary>The program's command line.</summary>
internal static class GuardCommand
{
    public static RootCommand Create() => new("AdmissionGuard makes `kubectl label ns` a complete, authorized migration between Capsule tenants.")
    {
        ServeCommand.Create(),
    };
}
