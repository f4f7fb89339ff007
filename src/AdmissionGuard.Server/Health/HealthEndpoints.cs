using System.Text;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Health;

/// <summary><c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>, in the format of the API server.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        // Alive if it answers: nothing outside of this process affects it.
        routes.MapHealthChecks(
            "/livez",
            new HealthCheckOptions { Predicate = _ => false, ResponseWriter = (context, report) => WriteAsync("livez", context, report) });
        routes.MapHealthChecks(
            "/readyz", new HealthCheckOptions { ResponseWriter = (context, report) => WriteAsync("readyz", context, report) });
        routes.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static Task WriteAsync(string name, HttpContext context, HealthReport report)
    {
        // Degraded still answers, with 200.
        var healthy = report.Status is not HealthStatus.Unhealthy;
        context.Response.ContentType = "text/plain; charset=utf-8";
        if (healthy && !context.Request.Query.ContainsKey("verbose"))
        {
            return context.Response.WriteAsync("ok", context.RequestAborted);
        }

        var text = new StringBuilder();
        foreach (var (check, entry) in report.Entries)
        {
            text.Append(entry.Status switch
            {
                HealthStatus.Healthy => $"[+]{check} ok\n",
                HealthStatus.Degraded => $"[!]{check} degraded: {entry.Description}\n",
                _ => $"[-]{check} failed: {entry.Description}\n",
            });
        }

        text.Append(healthy ? $"{name} check passed\n" : $"{name} check failed\n");
        return context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
