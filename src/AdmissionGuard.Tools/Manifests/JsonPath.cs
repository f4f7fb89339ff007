using System.Buffers;
using System.Globalization;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>Paths of fields, written as System.Text.Json writes them, so that its own complaints can be looked up.</summary>
internal static class JsonPath
{
    public const string Root = "$";

    private static readonly SearchValues<char> Special = SearchValues.Create(". '/\"[]()\t\n\r\f\b\\\u0085\u2028\u2029");

    public static string Join(string parent, string name) =>
        name.AsSpan().ContainsAny(Special) ? $"{parent}['{name}']" : $"{parent}.{name}";

    public static string Join(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    /// <summary>The path of what a path lies in; the root for the root.</summary>
    public static string Parent(string path) => path.LastIndexOfAny(['.', '[']) is > 0 and var at ? path[..at] : Root;

    /// <summary>As people write it.</summary>
    public static string Show(string path) => path.Length <= 1 ? "" : path[1..].TrimStart('.');
}
