using System.CommandLine;

namespace AdmissionGuard.Commands;

/// <summary>The options that say what operators choose: the same for every command.</summary>
internal static class ConfigurationOptions
{
    public static Option<string?> Config(string description)
    {
        var config = new Option<string?>("--config") { HelpName = "FILE", Description = description };
        config.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: 0 }])
            {
                result.AddError("--config: '' is no file's name");
            }
        });
        return config;
    }

    public static Option<string[]> Set()
    {
        var set = new Option<string[]>("--set")
        {
            HelpName = "PATH=VALUE",
            Description = "A setting, over the file's and the environment's; may be given several times; ; lies between a list's items",
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
