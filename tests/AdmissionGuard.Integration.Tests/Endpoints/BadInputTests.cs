using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Server.Limits;
using Microsoft.Extensions.Time.Testing;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Endpoints;

/// <summary>Through the real HTTPS port: bad input never gets an allow, and never a crash.</summary>
public sealed partial class BadInputTests : IAsyncLifetime
{
    private RunningGuard _guard = null!;

    public async ValueTask InitializeAsync() => _guard = await RunningGuard.StartAsync();

    public ValueTask DisposeAsync() => _guard.DisposeAsync();

    public static TheoryData<string, byte[], string> Unanswerable()
    {
        var review = Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1"));
        var text = review.ToJsonString();
        var invalidUtf8 = review.Bytes();
        invalidUtf8[Encoding.UTF8.GetString(invalidUtf8).IndexOf("billing@", StringComparison.Ordinal)] = 0xff;
        return new TheoryData<string, byte[], string>
        {
            { "empty", [], "the body is empty" },
            { "not JSON", "namespaces"u8.ToArray(), "not a valid AdmissionReview in JSON" },
            { "cut off", review.Bytes()[..^20], "not a valid AdmissionReview in JSON" },
            { "trailing text", [.. review.Bytes(), .. "{}"u8], "not a valid AdmissionReview in JSON" },
            { "null", "null"u8.ToArray(), "the body is null" },
            { "a list", "[]"u8.ToArray(), "the body must be an object" },
            { "request null", """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":null}"""u8.ToArray(), "request is missing" },
            { "no request", """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"""u8.ToArray(), "request is missing" },
            { "no uid", """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}}"""u8.ToArray(), "request.uid is missing" },
            { "unknown version", Encoding.UTF8.GetBytes(
                text.Replace("admission.k8s.io/v1", "admission.k8s.io/v1beta1", StringComparison.Ordinal)), "admission.k8s.io/v1beta1" },
            { "unknown kind of review", Encoding.UTF8.GetBytes(
                text.Replace("AdmissionReview", "ConversionReview", StringComparison.Ordinal)), "ConversionReview" },
            { "duplicate key at the top", Encoding.UTF8.GetBytes("{\"request\":null," + text[1..]), "the key \"request\" occurs twice" },
            { "duplicate label", Encoding.UTF8.GetBytes(
                text.Replace("\"labels\":{", $"\"labels\":{{\"{LabelKey}\":\"gas\",", StringComparison.Ordinal)), "occurs twice" },
            { "duplicate key, escaped", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"labels\":{",
                    "\"labels\":{\"capsule.clastix.io\\u002ftenant\":\"gas\",",
                    StringComparison.Ordinal)), "occurs twice" },
            { "invalid UTF-8", invalidUtf8, "not valid UTF-8" },
            { "half a surrogate pair in the uid", Halved(text, Uid), "not Unicode text" },
            { "half a surrogate pair in the name", Halved(text, "billing"), "not Unicode text" },
            { "half a surrogate pair in the username", Halved(text, "alice"), "not Unicode text" },
            { "half a surrogate pair in a group", Halved(text, "system:authenticated"), "not Unicode text" },
            { "half a surrogate pair in the user's extra", Halved(text, "scopes"), "not Unicode text" },
            { "half a surrogate pair in the operation", Halved(text, "UPDATE"), "not Unicode text" },
            { "half a surrogate pair in the label", Halved(text, "oil"), "not Unicode text" },
            { "half a surrogate pair in a reference", Halved(text, "u1"), "not Unicode text" },
            { "more keys than any namespace has", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"annotations\":{",
                    $"\"annotations\":{{{string.Concat(Enumerable.Range(0, 300_000).Select(i => $"\"{i:x}\":0,"))}",
                    StringComparison.Ordinal)), "more than 299593 keys" },
            { "more groups than any user has", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"groups\":[",
                    $"\"groups\":[{string.Concat(Enumerable.Repeat("\"\",", 300_000))}",
                    StringComparison.Ordinal)), "more than 262144 strings" },
            { "more references than can be stored", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"ownerReferences\":[",
                    $"\"ownerReferences\":[{string.Concat(Enumerable.Repeat("{\"apiVersion\":\"capsule.clastix.io/v1\"},", 65_000))}",
                    StringComparison.Ordinal)), "more than 63550 ownerReferences" },
            { "more text in an object than can be stored", Encoding.UTF8.GetBytes(
                text.Replace(
                    "team ",
                    new string('x', 2 * 1024 * 1024),
                    StringComparison.Ordinal)), "request.object has more than 2097152 bytes of text" },
            { "more text about a user than fits headers", Encoding.UTF8.GetBytes(
                text.Replace(
                    "alice",
                    new string('x', 1024 * 1024),
                    StringComparison.Ordinal)), "request.userInfo has more than 1048576 bytes of text" },
            { "a uid that would fill the answer", Encoding.UTF8.GetBytes(
                text.Replace(Uid, new string('x', 1025), StringComparison.Ordinal)), "request.uid has more than 1024 bytes" },
            { "null among the references", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"ownerReferences\":[",
                    "\"ownerReferences\":[null,",
                    StringComparison.Ordinal)), "metadata.ownerReferences must be a list of objects" },
            { "null among the references, and text after the document", Encoding.UTF8.GetBytes(
                text.Replace("\"ownerReferences\":[", "\"ownerReferences\":[null,", StringComparison.Ordinal)
                    + "}]"), "metadata.ownerReferences must be a list of objects" },
            { "a list among the references", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"ownerReferences\":[",
                    "\"ownerReferences\":[[],",
                    StringComparison.Ordinal)), "metadata.ownerReferences must be a list of objects" },
            { "null among the groups", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"groups\":[", "\"groups\":[null,", StringComparison.Ordinal)), "request.userInfo.groups must be a list of strings" },
            { "null among the extra values", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"scopes\":[", "\"scopes\":[null,", StringComparison.Ordinal)), "request.userInfo.extra must be a list of strings" },
            { "a byte order mark", [0xef, 0xbb, 0xbf, .. review.Bytes()], "not a valid AdmissionReview in JSON" },
            { "20,000 levels deep", Encoding.UTF8.GetBytes(
                $$"""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{{string.Concat(Enumerable.Repeat("""{"a":""", 20_000))}}1{{new string('}', 20_000)}}}"""), "not a valid AdmissionReview in JSON" },
            { "a number for a label", Encoding.UTF8.GetBytes(
                text.Replace(
                    $"\"{LabelKey}\":\"oil\"", $"\"{LabelKey}\":7", StringComparison.Ordinal)), "the tenant label must be a string" },
            { "a string for the references", Encoding.UTF8.GetBytes(
                text.Replace(
                    "\"ownerReferences\":[",
                    "\"ownerReferences\":\"x\",\"y\":[",
                    StringComparison.Ordinal)), "metadata.ownerReferences must be a list" },
        };
    }

    [Theory]
    // Some are millions of bytes long, which a discovery would write out as text.
    [MemberData(nameof(Unanswerable), DisableDiscoveryEnumeration = true)]
    public async Task What_is_no_review_gets_400_and_a_reason(string what, byte[] body, string words)
    {
        foreach (var path in new[] { "mutate", "validate" })
        {
            using var response = await _guard.PostAsync(path, body);
            var status = await StatusOf(response);

            Assert.True(response.StatusCode is HttpStatusCode.BadRequest, what);
            Assert.Contains(words, (string)status["message"]!, StringComparison.Ordinal);
            Assert.Null(status["response"]);
            LoggedOnce(path, "answered 400", words);
        }

        await CountedAsync(400);
        await StillWorksAsync();
    }

    public static TheoryData<string, string, string> Unjudgeable() => new()
    {
        { "unknown operation", Changed(r => r["operation"] = "PATCH"), "unknown operation \"PATCH\"" },
        { "CONNECT", Changed(r => r["operation"] = "CONNECT"), "unknown operation \"CONNECT\"" },
        { "no operation", Changed(r => r.Remove("operation")), "unknown operation" },
        { "another kind", Changed(r => r["kind"]!["kind"] = "Pod"), "only v1 namespaces, not \"Pod\"" },
        { "another group", Changed(r => r["kind"]!["group"] = "example.com"), "only v1 namespaces, not \"Namespace\"" },
        { "another version", Changed(r => r["kind"]!["version"] = "v2"), "only v1 namespaces" },
        { "kind null", Changed(r => r["kind"] = null), "only v1 namespaces" },
        { "no oldObject on UPDATE", Changed(r => r["oldObject"] = null), "request.oldObject is missing" },
        { "no object", Changed(r => r["object"] = null), "request.object has no metadata" },
        { "no metadata", Changed(r => r["object"] = new JsonObject()), "request.object has no metadata" },
        { "no user", Changed(r => r["userInfo"] = null), "request.userInfo.username is missing" },
    };

    [Theory]
    [MemberData(nameof(Unjudgeable))]
    public async Task A_review_that_can_not_be_judged_is_denied_with_its_uid(string what, string body, string words)
    {
        foreach (var path in new[] { "mutate", "validate" })
        {
            using var response = await _guard.PostAsync(path, Encoding.UTF8.GetBytes(body));
            var answer = (await StatusOf(response))["response"]!;

            Assert.True(response.StatusCode is HttpStatusCode.OK, what);
            Assert.Equal(Uid, (string?)answer["uid"]);
            Assert.False((bool?)answer["allowed"]);
            Assert.Equal(400, (int?)answer["status"]!["code"]);
            Assert.Contains(words, (string)answer["status"]!["message"]!, StringComparison.Ordinal);
            LoggedOnce(path, "answered 400", words);
        }
    }

    [Theory]
    [InlineData("mutate", "text/plain")]
    [InlineData("validate", "text/plain")]
    [InlineData("mutate", "application/yaml")]
    [InlineData("validate", "application/yaml")]
    [InlineData("mutate", null)]
    [InlineData("validate", null)]
    public async Task Another_content_type_gets_415(string path, string? type)
    {
        var body = new ByteArrayContent(Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).Bytes());
        body.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);

        using var response = await _guard.PostAsync(path, body);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("application/json", (string)(await StatusOf(response))["message"]!, StringComparison.Ordinal);
        LoggedOnce(path, "answered 415", "the content type must be application/json");
        await CountedAsync(415, path);
    }

    [Theory]
    [InlineData("mutate")]
    [InlineData("validate")]
    public async Task A_body_announced_over_the_limit_gets_413_before_a_byte_of_it_is_sent(string path)
    {
        await using var connection = await RawConnection.OpenAsync(_guard.Reviews);

        await connection.SendAsync(
            $"POST /{path} HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nContent-Length: {ReviewLimits.MaxBodyBytes + 1}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", await connection.ReadStatusLineAsync(), StringComparison.Ordinal);
        LoggedOnce(path, "answered 413", "too large");
        await CountedAsync(413, path);
        await StillWorksAsync();
    }

    [Theory]
    [InlineData("mutate")]
    [InlineData("validate")]
    public async Task A_body_of_unknown_length_gets_413_as_soon_as_it_passes_the_limit(string path)
    {
        await using var connection = await RawConnection.OpenAsync(_guard.Reviews);

        await connection.SendAsync(
            $"POST /{path} HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (var mebibyte = 0; mebibyte < ReviewLimits.MaxBodyBytes / 1024 / 1024; mebibyte++)
        {
            await connection.SendAsync($"100000\r\n{new string(' ', 1024 * 1024)}\r\n");
        }

        // One byte too many, and no end: the answer does not wait for it.
        await connection.SendAsync("1\r\n \r\n");

        Assert.StartsWith("HTTP/1.1 413", await connection.ReadStatusLineAsync(), StringComparison.Ordinal);
        LoggedOnce(path, "answered 413", "too large");
        await CountedAsync(413, path);
    }

    [Fact]
    public async Task What_is_no_review_is_logged_once_in_ten_seconds_for_each_endpoint_and_code()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var guard = await RunningGuard.StartAsync(time: time);

        var first = await PostNonsenseAsync();
        time.Advance(TimeSpan.FromSeconds(9));
        var second = await PostNonsenseAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        var third = await PostNonsenseAsync();

        string[] lines = [
            "Mutating: answered 400 to 127.0.0.1", "Validating: answered 400 to 127.0.0.1", "Validating: answered 415 to 127.0.0.1"
        ];
        Assert.Equal([lines, [], lines], new[] { first, second, third });

        async Task<string[]> PostNonsenseAsync()
        {
            foreach (var (path, type) in new[]
            {
                ("mutate", "application/json"),
                ("mutate", "application/json"),
                ("validate", "application/json"),
                ("validate", "text/plain"),
                ("validate", "text/plain"),
            })
            {
                using var body = new ByteArrayContent([1]) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
                using var response = await guard.PostAsync(path, body);
            }

            return [.. guard.Log.Take().Select(line => string.Join(": ", line.Split(": ")[..2]))];
        }
    }

    [Fact]
    public async Task A_review_just_under_the_limit_is_read()
    {
        var old = Namespace("oil", "oil=u1");
        old["metadata"]!["managedFields"] = new JsonArray(new string('x', ReviewLimits.MaxBodyBytes - 10_000));

        Assert.True((bool?)(await _guard.AskAsync("validate", Update(old, Namespace("oil", "oil=u1"))))["allowed"]);
    }

    [Fact]
    public async Task Only_POST_and_only_the_two_paths_are_answered()
    {
        using var get = await _guard.Http.GetAsync(new Uri(_guard.Reviews, "validate"), TestContext.Current.CancellationToken);
        using var elsewhere = await _guard.PostAsync("elsewhere", [1]);
        using var metrics = await _guard.Http.GetAsync(new Uri(_guard.Reviews, "metrics"), TestContext.Current.CancellationToken);
        using var plain = await _guard.Http.PostAsync(
            new Uri(_guard.Health, "validate"), RunningGuard.Json([1]), TestContext.Current.CancellationToken);

        Assert.Equal(
            [HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound],
            new[] { get.StatusCode, elsewhere.StatusCode, metrics.StatusCode, plain.StatusCode });
    }

    [Fact]
    public async Task A_user_is_logged_by_a_name_of_up_to_256_characters_in_one_line()
    {
        var name = $"https://issuer.example.com/{new string('x', 228)}";
        foreach (var (user, logged) in new[] { (name, name), ($"{name}xyz", $"{name}…"), ("al\nice\ud83d\ude00", "al?ice??") })
        {
            await _guard.AskAsync("validate", JsonNode.Parse(Changed(r => r["userInfo"]!["username"] = user))!.AsObject());

            Assert.Contains($" user=\"{logged}\" ", Assert.Single(_guard.Log.Take()), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("x override=approved user=admin", "x override=approved user=admin")]
    [InlineData("x\" override=\"approved\" user=\"admin", "x? override=?approved? user=?admin")]
    [InlineData("x\\", "x\\\\")]
    public async Task No_value_can_pass_for_a_field_of_the_line(string reason, string logged)
    {
        var review = Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"), "status");
        var request = review["request"]!;
        (request["options"]!["fieldManager"], request["name"]) = ($"reason: {reason}", "a to=b");
        (request["uid"], request["userInfo"]!["username"]) = ("1 operation=delete", "alice transition=Release");

        await _guard.AskAsync("validate", review);

        var line = Assert.Single(_guard.Log.Take());
        Assert.StartsWith("Validating: denied 403 \"1 operation=delete\" operation=update ", line, StringComparison.Ordinal);
        Assert.Contains(
            $" namespace=\"a to=b\" user=\"alice transition=Release\" transition=Migrate from=\"oil\" to=\"gas\" reason=\"{logged}\" words=\"",
            line,
            StringComparison.Ordinal);
        // Read as it is written, each field is there once, and the words are the last.
        var outside = Quoted().Replace(line, "");
        Assert.Equal(
            [
                "operation",
                "subresource",
                "configuration",
                "namespace",
                "user",
                "transition",
                "from",
                "to",
                "reason",
                "words",
            ],
            Field().Matches(outside).Select(field => field.Groups[1].Value));
    }

    [Theory]
    [InlineData("status", "status")]
    [InlineData("finalize", "finalize")]
    [InlineData("wanted by nobody", "other")]
    public async Task A_sub_resource_is_logged_in_a_word_that_nobody_can_choose(string subResource, string logged)
    {
        await _guard.AskAsync("validate", Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"), subResource));

        Assert.Contains(
            $" operation=update subresource={logged} configuration=1 namespace=\"billing\" ",
            Assert.Single(_guard.Log.Take()),
            StringComparison.Ordinal);
    }

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(" ([a-z]+)=")]
    private static partial Regex Field();

    private void LoggedOnce(string path, params string[] words)
    {
        var line = Assert.Single(_guard.Log.Take());
        Assert.StartsWith(path == "mutate" ? "Mutating: " : "Validating: ", line, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
        Assert.InRange(line.Length, 1, 512);
        Assert.DoesNotContain('\n', line);
    }

    private async Task CountedAsync(int code, params string[] paths)
    {
        var counted = (await _guard.GetAsync("metrics"))
            .Split('\n')
            .Where(line => line.StartsWith("admissionguard_reviews_unanswerable_total{", StringComparison.Ordinal))
            .ToArray();
        Assert.All(paths is [] ? ["mutate", "validate"] : paths, path => Assert.Single(counted, line =>
            line.Contains($"code=\"{code}\"", StringComparison.Ordinal)
                && line.Contains($"endpoint=\"{path}\"", StringComparison.Ordinal)));
    }

    private async Task StillWorksAsync() =>
        Assert.True((bool?)(await _guard.AskAsync("validate", Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1"))))["allowed"]);

    private static async Task<JsonNode> StatusOf(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    private static byte[] Halved(string review, string text) =>
        Encoding.UTF8.GetBytes(review.Replace($"\"{text}\"", "\"\\ud800\"", StringComparison.Ordinal));

    private static string Changed(Action<JsonObject> change)
    {
        var review = Update(Namespace("oil", "oil=u1"), Namespace("gas", "gas=u2"));
        change(review["request"]!.AsObject());
        return review.ToJsonString();
    }
}
