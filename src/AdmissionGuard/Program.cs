using AdmissionGuard.Commands;
using AdmissionGuard.Tools.Output;

return await GuardCommand.RunAsync(args, Terminal.Own());
