using AdmissionGuard.Server.Configuration;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>One error in the input.</summary>
/// <param name="File">The file.</param>
/// <param name="Document">The document's number in it, from 1; 0 if it is the file itself.</param>
/// <param name="Line">The line, from 1; 0 if it is not known.</param>
/// <param name="Path">The field; empty for the whole document.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record InputError(string File, int Document, int Line, string Path, string Message)
{
    public static InputError OfFile(string file, string words) => new(file, 0, 0, "", words);

    /// <inheritdoc />
    public override string ToString()
    {
        var line = Line > 0 ? $":{Line}" : "";
        var document = Document > 0 ? $"document {Document}: " : "";
        var path = Path.Length > 0 ? $"{Path}: " : "";
        return $"{File}{line}: {document}{path}{Message}";
    }
}

/// <summary>The errors in the input: all are reported, and nothing is decided on incomplete input.</summary>
internal sealed class InputErrors
{
    private readonly List<InputError> _errors = [];

    /// <summary>Each once, in the order in which they were found.</summary>
    public IReadOnlyList<InputError> All => [.. _errors.Distinct()];

    public bool IsEmpty => _errors.Count == 0;

    public void Add(InputError error) => _errors.Add(error);

    public void Add(ConfigurationError error) => _errors.Add(new InputError(error.Where, 0, 0, error.Path, error.Message));

    public void Add(string file, string words) => _errors.Add(InputError.OfFile(file, words));
}
