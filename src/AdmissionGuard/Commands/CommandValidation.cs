using System.CommandLine;
using System.CommandLine.Parsing;

namespace AdmissionGuard.Commands;

/// <summary>Adds validators that read the values of several options.</summary>
internal static class CommandValidation
{
    /// <summary>Adds a validator to a command.</summary>
    /// <remarks>
    /// It runs only where every option and argument that was given has as many values as it takes: the library throws where
    /// a validator asks for a value that is missing, and reports the missing value by itself.
    /// </remarks>
    /// <param name="command">The command.</param>
    /// <param name="validate">Adds an error for what is invalid.</param>
    public static void Validate(this Command command, Action<CommandResult> validate) => command.Validators.Add(result =>
    {
        if (result.Children.All(HasItsValues))
        {
            validate(result);
        }
    });

    private static bool HasItsValues(SymbolResult result) => result switch
    {
        OptionResult { Implicit: false } option => Fits(option.Option.Arity, option.Tokens.Count),
        ArgumentResult { Implicit: false } argument => Fits(argument.Argument.Arity, argument.Tokens.Count),
        _ => true,
    };

    private static bool Fits(ArgumentArity arity, int count) =>
        count >= arity.MinimumNumberOfValues && count <= arity.MaximumNumberOfValues;
}
