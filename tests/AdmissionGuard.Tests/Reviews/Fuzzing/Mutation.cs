using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using CsCheck;

namespace AdmissionGuard.Tests.Reviews.Fuzzing;

/// <summary>One change to a review: of a value, of a key, or of the text.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Place">Where, from 0 to 1 of the values or bytes there are.</param>
/// <param name="Choice">Which of several forms it takes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Mutation(Mutation.Kinds Kind, double Place, int Choice)
{
    public enum Kinds
    {
        ReplaceValue,
        WrapInList,
        InsertItem,
        RepeatKey,
        EscapeKey,
        EscapeText,
        RemoveMember,
        SwapMembers,
        RenameKey,
        CutText,
        AddText,
        ChangeByte,
    }

    // Values that are legal JSON, the wrong type in most places, and the longest, deepest and oddest of each type.
    private static readonly ImmutableArray<string> Values =
    [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1e999999",
        new string('9', 400),
        "\"\"",
        "\"oil\"",
        "\"0\"",
        "[]",
        "{}",
        "[null]",
        "[{}]",
        "[[]]",
        "[\"a\"]",
        "{\"a\":null}", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"<&>\u2028\"",
        Nested(40),
        Nested(70),
        "{\"metadata\":{\"labels\":{\"capsule.clastix.io/tenant\":\"gas\"}}}",
        "[{\"apiVersion\":null,\"kind\":null}]",
    ];

    private static readonly ImmutableArray<string> Before = ["\ufeff", " \n", "//\n", ","];

    private static readonly ImmutableArray<string> After = [" \r\n\t", "{}", "null", "]", "}", ",", "\0", "x", "/**/"];

    private static readonly ImmutableArray<string> Names =
    [
        "\"labels\"",
        "\"ownerReferences\"",
        "\"metadata\"",
        "\"object\"",
        "\"request\"",
        "\"uid\"",
        "\"kind\"",
        "\"Labels\"",
        "\"\\ud800\"",
        "\"\"",
        "\"capsule.clastix.io/tenant\"",
    ];

    public static Gen<Mutation> All { get; } = Gen.Select(
        Gen.Frequency(
            (5, Gen.Const(Kinds.ReplaceValue)),
            (9, Gen.OneOf(
                Kinds.WrapInList,
                Kinds.InsertItem,
                Kinds.RepeatKey,
                Kinds.EscapeKey,
                Kinds.EscapeText,
                Kinds.RemoveMember,
                Kinds.SwapMembers,
                Kinds.RenameKey)),
            (1, Gen.OneOf(Kinds.CutText, Kinds.AddText, Kinds.ChangeByte))),
        Gen.Double.Unit,
        Gen.Int[0, 255],
        (kind, place, choice) => new Mutation(kind, place, choice));

    public JsonTree Apply(JsonTree tree)
    {
        var (kind, place, choice) = this;
        return kind >= Kinds.CutText ? tree : tree.With(place, Fits, value => (kind, value) switch
        {
            (Kinds.ReplaceValue, _) => new JsonTree.Literal(Values[choice % Values.Length]),
            (Kinds.WrapInList, _) => new JsonTree.List(choice % 2 == 0 ? [value] : [new JsonTree.Literal("null"), value]),
            (Kinds.InsertItem, JsonTree.List { Items: var items }) =>
                new JsonTree.List(items.Insert(choice % (items.Length + 1), new JsonTree.Literal(Values[(choice / 4) % Values.Length]))),
            (Kinds.EscapeText, JsonTree.Literal { Raw: var raw }) => new JsonTree.Literal(Escaped(raw, choice)),
            (_, JsonTree.Map { Members: var members }) => new JsonTree.Map(OfMembers(members, kind, choice)),
            _ => value,
        });
    }

    private bool Fits(JsonTree value) => Kind switch
    {
        Kinds.ReplaceValue or Kinds.WrapInList => true,
        Kinds.InsertItem => value is JsonTree.List,
        Kinds.EscapeText => value is JsonTree.Literal { Raw: ['"', _, .., '"'] },
        _ => value is JsonTree.Map { Members: not [] },
    };

    public byte[] Apply(byte[] text)
    {
        var at = (int)(Place * text.Length);
        return Kind switch
        {
            Kinds.CutText => text[..at],
            Kinds.AddText => Choice % 3 == 0 ? [.. Bytes(Before, Choice), .. text] : [.. text, .. Bytes(After, Choice)],
            Kinds.ChangeByte when text is not [] => [.. text[..at], (byte)Choice, .. text[(at + 1)..]],
            _ => text,
        };
    }

    private static ImmutableArray<(string Key, JsonTree Value)> OfMembers(
        ImmutableArray<(string Key, JsonTree Value)> members, Kinds kind, int choice)
    {
        var (at, to) = (choice % members.Length, (choice / 8) % members.Length);
        var (key, value) = members[at];
        return kind switch
        {
            Kinds.RepeatKey =>
                members.Insert(to, (choice % 3 == 0 ? Escaped(key, choice) : key, choice % 2 == 0 ? value : new JsonTree.Literal("null"))),
            Kinds.EscapeKey => members.SetItem(at, (Escaped(key, choice), value)),
            Kinds.RemoveMember => members.RemoveAt(at),
            Kinds.SwapMembers => members.SetItem(at, members[to]).SetItem(to, members[at]),
            Kinds.RenameKey => members.SetItem(at, (Names[choice % Names.Length], value)),
            _ => members,
        };
    }

    /// <summary>A string with one of its characters written as an escape sequence: the same string, unless that was one already.</summary>
    private static string Escaped(string quoted, int choice)
    {
        if (quoted is not ['"', _, .., '"'])
        {
            return quoted;
        }

        var at = 1 + (choice % (quoted.Length - 2));
        return quoted.Contains('\\', StringComparison.Ordinal)
            ? quoted
            : $"{quoted[..at]}\\u{(int)quoted[at]:x4}{quoted[(at + 1)..]}";
    }

    private static byte[] Bytes(ImmutableArray<string> texts, int choice) => Encoding.UTF8.GetBytes(texts[choice % texts.Length]);

    private static string Nested(int levels) =>
        string.Concat(Enumerable.Repeat("{\"a\":[", levels / 2)) + "1" + string.Concat(Enumerable.Repeat("]}", levels / 2));
}
