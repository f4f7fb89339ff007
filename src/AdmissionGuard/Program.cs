using AdmissionGuard.CommandLine;

return await GuardCommand.Create().Parse(args).InvokeAsync();
