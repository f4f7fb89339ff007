using System.Diagnostics.Metrics;
using AdmissionGuard.Core.Decisions;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AdmissionGuard.Server.Limits;

/// <summary>Adds the limits of lookups, bodies and connections.</summary>
internal static class LimitSetup
{
    public static IServiceCollection AddLimits(this IServiceCollection services, LimitOptions options) => services
        .AddSingleton<ILookupLimiter>(provider => new LookupLimiter(options.MaxLookups, provider.GetRequiredService<IMeterFactory>()))
        .AddSingleton<ConnectionMetrics>()
        .AddSingleton<BodyBudget>()
        .AddSingleton<LargeReviewLimiter>();

    /// <summary>Limits the buffers of every connection.</summary>
    public static IWebHostBuilder UseLimitedSockets(this IWebHostBuilder host) => host.UseSockets(static sockets =>
    {
        sockets.MaxReadBufferSize = ServerLimits.TransportBytes;
        sockets.MaxWriteBufferSize = ServerLimits.TransportBytes;
    });

    /// <summary>Limits what a request may send, and how slowly.</summary>
    public static void Limit(this KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = ReviewLimits.MaxBodyBytes;
        limits.MaxRequestLineSize = ServerLimits.HeaderBytes;
        limits.MaxRequestHeadersTotalSize = ServerLimits.HeaderBytes;
        limits.MaxRequestBufferSize = ServerLimits.TransportBytes;
        limits.MaxResponseBufferSize = ServerLimits.TransportBytes;
        limits.RequestHeadersTimeout = ServerLimits.HeaderTime;
        limits.KeepAliveTimeout = ServerLimits.IdleTime;
        limits.MinRequestBodyDataRate = new MinDataRate(ServerLimits.LeastRate, ServerLimits.RateGrace);
        limits.MinResponseDataRate = new MinDataRate(ServerLimits.LeastRate, ServerLimits.RateGrace);
    }
}
