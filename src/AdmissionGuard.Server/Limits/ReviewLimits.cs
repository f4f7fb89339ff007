namespace AdmissionGuard.Server.Limits;

/// <summary>How large a review can be, derived from what an API server stores and how it writes it.</summary>
/// <remarks>
/// A request that is over one of these limits can't be stored, whatever the guard answers; every other request can be
/// read. The sources are those of Kubernetes 1.20 to 1.36, of etcd 3.4 to 3.6, and of Go.
/// </remarks>
internal static class ReviewLimits
{
    /// <summary>The maximum number of bytes of an object that an API server can store.</summary>
    /// <remarks>
    /// etcd takes requests of 1.5 MiB unless <c>--max-request-bytes</c> raises that, but the API server's client of etcd
    /// sends no more than 2 MiB, which nothing raises (etcd <c>client/v3/options.go</c>, defaultMaxCallSendMsgSize;
    /// apiserver <c>storagebackend/factory/etcd3.go</c> leaves it as it is). What etcd holds is protobuf.
    /// </remarks>
    public const int StoredBytes = 2 * 1024 * 1024;

    /// <summary>The maximum number of bytes of JSON in a review for one byte of protobuf in etcd.</summary>
    /// <remarks>
    /// Go writes <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c>, most control characters and each byte that is not UTF-8 as
    /// six bytes. Field names come on top, most of all where values are short: an ownerReference whose four texts are one
    /// such character each and that has both of its flags is 18 bytes of protobuf and 117 of JSON, 6.5 times as many; a
    /// condition in the status 6.2, a label or annotation at most 6. (protobuf: <c>generated.pb.go</c> of
    /// <c>apimachinery/pkg/apis/meta/v1</c> and <c>api/core/v1</c>; JSON: Go's <c>encoding/json</c>, or json-iterator
    /// with EscapeHTML up to Kubernetes 1.22.)
    /// </remarks>
    private const int WrittenPerStored = 7;

    /// <summary>
    /// The maximum number of bytes of headers in one request to an API server, and so of a user's name, groups
    /// and extra values.
    /// </summary>
    /// <remarks>
    /// apiserver <c>pkg/server/secure_serving.go</c>, MaxHeaderBytes. A client certificate is smaller: 256 KiB in Go's <c>crypto/tls</c>.
    /// </remarks>
    public const int ApiHeaderBytes = 1024 * 1024;

    /// <summary>The maximum number of bytes of JSON in a review for one byte of a header: an escape sequence.</summary>
    private const int WrittenPerHeader = 6;

    /// <summary>The largest object in a review, in bytes of its JSON, without managedFields that are not stored: 14 MiB.</summary>
    public const int MaxObjectBytes = WrittenPerStored * StoredBytes;

    /// <summary>The largest body of a review, in bytes: 48 MiB.</summary>
    /// <remarks>
    /// The old object, the new one, and the managedFields that the new one bears in the review and not in etcd: where an
    /// object is too large together with them, the API server stores it without (apiserver
    /// <c>pkg/endpoints/handlers/create.go</c>, <c>update.go</c> and <c>patch.go</c>). They name each field once, in at
    /// most seven bytes for each byte stored of it (an ownerReference's uid, escaped twice). Then the user. The rest of a
    /// review is below 4 KiB, and 6.5 is less than 7. A subresource's review is the same; DELETE is not sent, and has one object.
    /// </remarks>
    public const int MaxBodyBytes = (3 * MaxObjectBytes) + (WrittenPerHeader * ApiHeaderBytes);

    /// <summary>
    /// The maximum number of bytes of a text that the API server itself chooses or bounds: a uid, an operation, a kind, a field manager
    /// (128 characters).
    /// </summary>
    public const int MaxShortText = 1024;

    /// <summary>The maximum number of characters of a user: the name, the uid, the groups and the extra values together.</summary>
    public const int MaxUserCharacters = ApiHeaderBytes;

    /// <summary>
    /// The maximum number of names in the objects that are open at a time: a map of labels takes seven bytes of protobuf for each, at the
    /// least.
    /// </summary>
    /// <remarks>Each takes eight bytes while its object is read, so 4 MiB in all.</remarks>
    public const int MaxKeys = StoredBytes / 7;

    /// <summary>
    /// The maximum number of groups and extra values: the shortest header, <c>a:b</c> and its end of line, takes
    /// four bytes.
    /// </summary>
    public const int MaxTexts = ApiHeaderBytes / 4;

    /// <summary>The most ownerReferences to kinds of one API group: each takes 15 bytes of protobuf, and those of its group.</summary>
    /// <param name="group">The group.</param>
    /// <returns>63,550 for Capsule's group.</returns>
    public static int MaxReferences(string group) => StoredBytes / (15 + group.Length);
}
