using System.CommandLine;
using AdmissionGuard.TryOut;

var once = new Option<bool>("--once") { Description = "End after the show" };
var command = new RootCommand(
    "Starts a throw-away control plane with AdmissionGuard in front, and shows a migration and a refusal.") { once };
command.SetAction((parse, cancellation) => Show.RunAsync(parse.GetValue(once), cancellation));
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
