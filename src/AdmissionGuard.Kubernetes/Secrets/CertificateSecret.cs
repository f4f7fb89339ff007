using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.Secrets;

/// <summary>The Secret with certificates and keys. No message contains its content.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="namespace">Its namespace.</param>
/// <param name="name">Its name.</param>
public sealed class CertificateSecret(ApiServerClient calls, string @namespace, string name)
{
    private readonly string _path = $"api/v1/namespaces/{@namespace}/secrets/{name}";

    /// <summary>Its namespace and name.</summary>
    public string Name => $"{@namespace}/{name}";

    /// <summary>Reads it.</summary>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>The result.</returns>
    public Task<ReadResult<StoredSecret>> ReadAsync(Deadline deadline) => SendAsync(ApiCall.GetSecret, HttpMethod.Get, null, deadline);

    /// <summary>Writes some of its keys and annotations, if it still is as it was read; all else stays.</summary>
    /// <param name="read">As it was read.</param>
    /// <param name="data">The keys, each with its text.</param>
    /// <param name="annotations">The annotations; those without a value go.</param>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>As it is then.</returns>
    public Task<ReadResult<StoredSecret>> WriteAsync(
        StoredSecret read, ImmutableDictionary<string, string> data, ImmutableDictionary<string, string?> annotations, Deadline deadline)
    {
        var secret = read.Object.DeepClone().AsObject();
        var contents = Child(secret, "data");
        foreach (var (key, text) in data)
        {
            contents[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        }

        var notes = Child(Child(secret, "metadata"), "annotations");
        foreach (var (key, value) in annotations)
        {
            if (value is null)
            {
                notes.Remove(key);
            }
            else
            {
                notes[key] = value;
            }
        }

        return SendAsync(ApiCall.UpdateSecret, HttpMethod.Put, secret, deadline);
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            parent[name] = child = [];
        }

        return child;
    }

    private Task<ReadResult<StoredSecret>> SendAsync(
        ApiCall call, HttpMethod method, JsonObject? body, Deadline deadline) => calls.ReadAsync(
        call,
        root => new HttpRequestMessage(method, new Uri(root, _path)) { Content = body is null ? null : JsonBody.Of(body) },
        ReadAsync,
        deadline);

    private async Task<ReadResult<StoredSecret>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                // One that names no version could only be written over whatever another client wrote.
                return await JsonBody.ReadAsync(body, cancellation) is { } secret && secret.Deserialize(
                    KubernetesJsonContext.Default.SecretDto) is { Kind: "Secret", Metadata: { } metadata } read
                    && metadata.Name == name && metadata.Namespace == @namespace && ResourceVersion.IsConditional(metadata.ResourceVersion)
                    ? new ReadResult<StoredSecret>.Found(new StoredSecret(secret, read))
                    : new ReadResult<StoredSecret>.Failed(new ApiFailure(ApiFailureKind.OtherObject));
            case HttpStatusCode.NotFound when await NotFoundStatus.NamesAsync(body, "", "secrets", name, cancellation):
                return new ReadResult<StoredSecret>.NotFound(IsServed: true);
            case HttpStatusCode.Conflict:
                return new ReadResult<StoredSecret>.Failed(new ApiFailure(ApiFailureKind.Conflict, (int)HttpStatusCode.Conflict));
            case var code:
                return new ReadResult<StoredSecret>.Failed(ApiFailure.Answered((int)code));
        }
    }
}
