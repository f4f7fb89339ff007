using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Kubernetes.AccessReviews;

/// <summary>The bodies of access reviews. Those about one user share the user's part, which can be megabytes of groups: a decision sends one for each right.</summary>
internal static class AccessReviewBody
{
    private static readonly ConditionalWeakTable<Requester, byte[]> Users = [];

    /// <summary>A review of what somebody may do.</summary>
    /// <param name="review">The review, with the question and without a user.</param>
    /// <param name="user">Whom it is about.</param>
    public static HttpContent About(AccessReviewWire review, Requester user)
    {
        // It ends as the question, the spec and the review do, and the user belongs into the spec.
        var question = JsonBody.Bytes(review, Wire.Default.AccessReviewWire);
        return new Parts(question.AsMemory(..^2), Users.GetValue(user, Written), question.AsMemory(^2..));
    }

    private static byte[] Written(Requester user)
    {
        var extra = user.Extra.IsEmpty ? null : user.Extra.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal);
        var fields = JsonBody.Bytes(new AccessReviewUserWire(user.Name, user.Uid.Length == 0 ? null : user.Uid, user.Groups, extra), Wire.Default.AccessReviewUserWire);
        // The fields without the braces, after a comma.
        fields[0] = (byte)',';
        return fields[..^1];
    }

    /// <summary>Bytes that are sent one after the other, and not copied into one.</summary>
    private sealed class Parts : HttpContent
    {
        private readonly ReadOnlyMemory<byte>[] _parts;

        public Parts(params ReadOnlyMemory<byte>[] parts)
        {
            _parts = parts;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            foreach (var part in _parts)
            {
                await stream.WriteAsync(part, cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _parts.Sum(part => (long)part.Length);
            return true;
        }
    }
}
