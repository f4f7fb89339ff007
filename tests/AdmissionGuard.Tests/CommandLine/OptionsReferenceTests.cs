using System.Collections;
using System.Globalization;
using System.Text;
using AdmissionGuard.Commands;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tests.CommandLine;

public sealed class OptionsReferenceTests
{
    [Fact]
    public void Every_option_of_serve_is_in_the_documentation()
    {
        var text = new StringBuilder("| Option | Default | |\n|---|---|---|\n");
        foreach (var option in ServeCommand.Create(Terminal.Own()).Options.Where(option => !option.Hidden))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{Cell($"{option.Name} {option.HelpName}")}` | {Standard(option.HasDefaultValue ? option.GetDefaultValue() : null)} | {Cell(option.Description!)} |\n");
        }

        Generated.BlockIs("deploy/docs/operations.md", "options", text.ToString());
    }

    // Where the default is no plain value, the description says it.
    private static string Standard(object? value) => value switch
    {
        null => "",
        string text => $"`{text}`",
        IEnumerable => "",
        bool => "",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
