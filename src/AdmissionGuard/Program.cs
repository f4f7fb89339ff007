using AdmissionGuard.Checking.Output;
using AdmissionGuard.CommandLine;

return await GuardCommand.RunAsync(args, Terminal.Own());
