using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.JsonPatch.SystemTextJson;

namespace AdmissionGuard.Tests.Properties;

/// <summary>An answer as the API server reads it; what no answer may be is checked at once.</summary>
internal sealed class ModelAnswer
{
    private readonly byte[]? _patch;

    public ModelAnswer(ReadOnlySpan<byte> bytes, bool mayPatch)
    {
        var response = JsonNode.Parse(bytes)!["response"]!;
        Uid = (string?)response["uid"] ?? "";
        IsAllowed = (bool)response["allowed"]!;
        Code = (int?)response["status"]?["code"] ?? 0;
        Message = (string?)response["status"]?["message"] ?? "";
        Warnings = [.. (response["warnings"] as JsonArray ?? []).Select(warning => (string)warning!)];
        _patch = (string?)response["patch"] is { } patch ? Convert.FromBase64String(patch) : null;

        Assert.Equal(_patch is null, response["patchType"] is null);
        Assert.True(_patch is null || (IsAllowed && mayPatch), "a patch with a denial, or from /validate");
        Assert.True(
            IsAllowed || (Warnings is [] && Code >= 400 && Message.Length > 0), "a denial with warnings, or without a code and words");
        Assert.All(
            Warnings, warning => Assert.True(warning.Length is > 0 and <= 256 && !warning.Any(char.IsControl), $"warning: {warning}"));
    }

    public string Uid { get; }

    public bool IsAllowed { get; }

    public int Code { get; }

    public string Message { get; }

    public string[] Warnings { get; }

    public bool HasPatch => _patch is not null;

    public string Patch => _patch is null ? "" : System.Text.Encoding.UTF8.GetString(_patch);

    /// <summary>The object with the patch applied, by a judge that knows nothing of the guard.</summary>
    public JsonObject Apply(JsonObject received)
    {
        var patched = received.DeepClone().AsObject();
        if (_patch is not null)
        {
            JsonSerializer.Deserialize<JsonPatchDocument>(_patch)!.ApplyTo(patched);
        }

        return patched;
    }

    public override string ToString() => $"{(IsAllowed ? "allowed" : $"{Code} {Message}")} {Patch}";
}
