using System.Reflection;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Tests.Telemetry;

/// <summary>An event id names one kind of line: whoever searches the log for it finds no other.</summary>
public sealed class EventIdTests
{
    [Fact]
    public void No_event_id_stands_twice_in_the_whole_program()
    {
        Assembly[] program = [typeof(GuardServer).Assembly, typeof(ApiServerClient).Assembly, typeof(Core.MessageText).Assembly];

        var events = program.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(
                method => (Method: $"{method.DeclaringType}.{method.Name}", Event: method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId))
            .Where(each => each.Event is not null)
            .ToList();

        Assert.True(events.Count > 20, $"{events.Count} events");
        Assert.Empty(
            events.GroupBy(each => each.Event)
                .Where(group => group.Count() > 1)
                .Select(group => $"{group.Key}: {string.Join(", ", group.Select(each => each.Method))}"));
    }
}
