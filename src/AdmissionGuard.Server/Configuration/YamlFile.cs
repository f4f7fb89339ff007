using AdmissionGuard.Kubernetes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Reads a file that is to hold one mapping.</summary>
internal static class YamlFile
{
    /// <summary>The largest file, in characters: what a ConfigMap can hold.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="open">Opens it.</param>
    /// <param name="complain">Receives the line (0 for none) and the error.</param>
    /// <returns>The mapping; <see langword="null"/> if there is none, and something was wrong.</returns>
    public static YamlMappingNode? Read(Func<TextReader> open, Action<long, string> complain)
    {
        try
        {
            return Parse(ReadText(open), complain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            complain(0, $"can't be read: {e.Message}");
            return null;
        }
    }

    private static string ReadText(Func<TextReader> open)
    {
        using var reader = open();
        return BoundedText.Read(reader, MaxLength);
    }

    private static YamlMappingNode? Parse(string text, Action<long, string> complain)
    {
        var (stream, yaml) = (new YamlStream(), new RestrictedYamlParser(new Parser(new StringReader(text))));
        try
        {
            stream.Load(yaml);
            return OnlyMapping(stream.Documents, complain);
        }
        catch (YamlException e)
        {
            complain(e.Start.Line, e.InnerException?.Message ?? e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet throws these for some invalid text, without a position: for example for a complex key without a value.
            complain(yaml.Current?.Start.Line ?? 1, "invalid YAML here or shortly after");
        }

        return null;
    }

    private static YamlMappingNode? OnlyMapping(IList<YamlDocument> documents, Action<long, string> complain)
    {
        switch (documents)
        {
            case [{ RootNode: YamlMappingNode root }]:
                return root;
            // Nothing, comments alone, or the start of a document without a value: every setting has its default.
            case [] or [{ RootNode: YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "null" or "~" } }]:
                return new YamlMappingNode();
            case [var only]:
                complain(only.RootNode.Start.Line, "must be a mapping of settings");
                break;
            default:
                complain(documents[1].RootNode.Start.Line, "a second document begins here; only one is allowed");
                break;
        }

        return null;
    }
}
