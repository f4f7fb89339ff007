using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace AdmissionGuard.TestCluster;

/// <summary>
/// Raw requests as one user over connections that stay open: for thousands of writes, for watches, and for setting up what a test needs.
/// </summary>
/// <param name="user">The user.</param>
public sealed class ApiClient(Kubectl user) : IDisposable
{
    // Without escapes that JSON does not ask for: they would count against the API server's limit for a request.
    private static readonly JsonSerializerOptions AsKubectlWrites = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The media type of a JSON merge patch.</summary>
    public const string MergePatch = "application/merge-patch+json";

    private readonly k8s.Kubernetes _client = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(user.Kubeconfig));

    /// <summary>Sends one request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="body">The body.</param>
    /// <param name="type">The body's type.</param>
    /// <param name="asUser">Whom the user impersonates; <see langword="null"/> for nobody.</param>
    /// <param name="groups">In which groups.</param>
    /// <returns>The answer.</returns>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method,
        string path,
        JsonNode? body = null,
        string type = "application/json",
        string? asUser = null,
        IEnumerable<string>? groups = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, path));
        if (asUser is not null)
        {
            request.Headers.Add("Impersonate-User", asUser);
            request.Headers.Add("Impersonate-Group", groups ?? []);
        }

        return await SendAsync(request, body?.ToJsonString(AsKubectlWrites), type);
    }

    /// <summary>Creates an object from YAML.</summary>
    /// <param name="path">The path of its kind.</param>
    /// <param name="yaml">The object.</param>
    /// <returns>The answer.</returns>
    public async Task<ApiAnswer> CreateAsync(string path, string yaml)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_client.BaseUri, path));
        return await SendAsync(request, yaml, "application/yaml");
    }

    /// <summary>The events of a watch, until it ends or is ended.</summary>
    /// <param name="path">What is watched.</param>
    /// <param name="from">The resource version after which the events begin.</param>
    /// <param name="cancellation">Ends the watch.</param>
    /// <returns>The events.</returns>
    public async IAsyncEnumerable<JsonObject> WatchAsync(string path, string from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_client.BaseUri, $"{path}?watch=1&resourceVersion={from}"));
        using var response = await _client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            yield return JsonNode.Parse(line)!.AsObject();
        }
    }

    /// <summary>Issues a token of a service account, valid for a day.</summary>
    /// <param name="namespace">The account's namespace.</param>
    /// <param name="name">The account's name.</param>
    /// <returns>The token.</returns>
    /// <exception cref="InvalidOperationException">The API server issues none; for example, there is no such account.</exception>
    public async Task<string> TokenAsync(string @namespace, string name)
    {
        var answer = await CreateAsync($"/api/v1/namespaces/{@namespace}/serviceaccounts/{name}/token", """
            apiVersion: authentication.k8s.io/v1
            kind: TokenRequest
            spec: {expirationSeconds: 86400}
            """);
        return (string)answer.Ok()["status"]!["token"]!;
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async Task<ApiAnswer> SendAsync(HttpRequestMessage request, string? body, string type)
    {
        if (body is not null)
        {
            request.Content = new StringContent(body);
            request.Content.Headers.ContentType = new(type);
        }

        using var response = await _client.HttpClient.SendAsync(request);
        return new ApiAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

/// <summary>What the API server answered: an object, or a Status that says why not.</summary>
/// <param name="Code">The HTTP code.</param>
/// <param name="Text">The body.</param>
public sealed record ApiAnswer(int Code, string Text)
{
    /// <summary>Whether the request was accepted.</summary>
    public bool IsOk => Code is 200 or 201;

    /// <summary>The body as an object.</summary>
    public JsonObject Object => JsonNode.Parse(Text)!.AsObject();

    /// <summary>The words of a refusal.</summary>
    public string Message
    {
        get
        {
            try
            {
                return Object["message"]?.ToString() ?? Text;
            }
            catch (JsonException)
            {
                return Text;
            }
        }
    }

    /// <summary>The object, of a request that is to be accepted.</summary>
    /// <returns>The object.</returns>
    /// <exception cref="InvalidOperationException">It was not accepted.</exception>
    public JsonObject Ok() => IsOk ? Object : throw new InvalidOperationException($"{Code}: {Text}");
}
