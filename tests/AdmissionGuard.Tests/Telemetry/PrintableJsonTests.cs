using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Tests.Telemetry;

/// <summary>Log lines only show, whatever a user chose.</summary>
public sealed class PrintableJsonTests
{
    [Fact]
    public void A_text_is_escaped_so_that_it_only_shows_and_read_back_as_it_was()
    {
        var all = string.Concat(Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value).ToString()));

        var written = Write(all + HostileText.Text, PrintableJson.Encoder);

        Assert.True(Printable.Is(written));
        Assert.Equal(all + HostileText.Text, JsonSerializer.Deserialize<string>(written));
    }

    [Theory]
    [InlineData("needs \"release\" on <tenants> & 'oil' + grün … 日本")]
    [InlineData("")]
    public void All_else_is_written_as_it_is(string text) =>
        Assert.Equal(Write(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping), Write(text, PrintableJson.Encoder));

    private static string Write(string text, JavaScriptEncoder encoder)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = encoder }))
        {
            writer.WriteStringValue(text);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
