using System.Text;
using System.Text.Json;

namespace AdmissionGuard.Kubernetes.Tests;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":"\udc00"}""")]
    [InlineData("""{"a":"x\ud800\ud800"}""")]
    [InlineData("""{"a":["\ud800\n"]}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":{"\udfffb":1}}""")]
    public void Half_a_surrogate_pair_is_an_error_with_its_line(string json) =>
        Assert.Equal(2, Assert.Throws<JsonException>(() => Parse($"\n\n{json}")).LineNumber);

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_an_error() =>
        Assert.Throws<JsonException>(() => StrictJson.Parse([(byte)'"', 0xFF, (byte)'"']));

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""[[[1]]]""")]
    [InlineData("")]
    [InlineData("{}{}")]
    public void What_is_no_JSON_is_nested_too_deeply_or_stands_twice_is_an_error(string json) =>
        Assert.ThrowsAny<JsonException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(json), maxDepth: 2));

    [Theory]
    [InlineData("""{"a":"\ud83d\ude00","é":["\u0000","\\ud800"],"b":null}""")]
    [InlineData("null")]
    public void Everything_else_is_parsed_as_it_is(string json) =>
        Assert.Equal(System.Text.Json.Nodes.JsonNode.Parse(json)?.ToJsonString(), Parse(json)?.ToJsonString());

    private static System.Text.Json.Nodes.JsonNode? Parse(string json) => StrictJson.Parse(Encoding.UTF8.GetBytes(json));
}
