using AdmissionGuard.CommandLine;

return await GuardCommand.RunAsync(args);
