using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;
using k8s;

namespace AdmissionGuard.EndToEnd;

/// <summary>Raw requests as one user over connections that stay open: for thousands of writes, and for watches.</summary>
internal sealed class ApiClient(Kubectl user) : IDisposable
{
    // Without escapes that JSON does not ask for: they would count against the API server's limit for a request.
    private static readonly JsonSerializerOptions AsKubectlWrites = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public const string MergePatch = "application/merge-patch+json";

    private readonly k8s.Kubernetes _client = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(user.Kubeconfig));

    /// <summary>Sends one request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="body">The body.</param>
    /// <param name="type">The body's type.</param>
    /// <param name="asUser">Whom the user impersonates; <see langword="null"/> for nobody.</param>
    /// <param name="groups">In which groups.</param>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, JsonNode? body = null, string type = "application/json", string? asUser = null, IEnumerable<string>? groups = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, path));
        if (asUser is not null)
        {
            request.Headers.Add("Impersonate-User", asUser);
            request.Headers.Add("Impersonate-Group", groups ?? []);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(AsKubectlWrites));
            request.Content.Headers.ContentType = new(type);
        }

        using var response = await _client.HttpClient.SendAsync(request);
        return new ApiAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The events of a watch, until it ends or is ended.</summary>
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

    public void Dispose() => _client.Dispose();
}

/// <summary>What the API server answered: an object, or a Status that says why not.</summary>
internal sealed record ApiAnswer(int Code, string Text)
{
    public bool IsOk => Code is 200 or 201;

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

    public JsonObject Ok() => IsOk ? Object : throw new InvalidOperationException($"{Code}: {Text}");
}
