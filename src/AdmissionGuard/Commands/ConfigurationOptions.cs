using System.CommandLine;
using AdmissionGuard.Commands.Completion;

namespace AdmissionGuard.Commands;

/// <summary>The configuration options, the same for every command.</summary>
internal static class ConfigurationOptions
{
    public static Option<string?> Config(string description)
    {
        var config = new Option<string?>("--config") { HelpName = "FILE", Description = description };
        config.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: 0 }])
            {
                result.AddError("--config: '' is not a file name");
            }
        });
        return config.WithFiles();
    }

    public static Option<string[]> Set()
    {
        var set = new Option<string[]>("--set")
        {
            HelpName = "PATH=VALUE",
            Description = "A setting, which overrides the file and the environment; repeatable; separate list items with ;",
            DefaultValueFactory = _ => [],
        };
        set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) <= 0))
            {
                result.AddError($"--set: '{token.Value}' is not PATH=VALUE, as in mode=audit");
            }
        });
        return set;
    }
}
