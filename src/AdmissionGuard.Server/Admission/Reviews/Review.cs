using System.Collections.Immutable;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>What a request does to its object.</summary>
internal enum Operation
{
    /// <summary>Unknown: a missing operation is never treated as another one.</summary>
    Other,
    Create,
    Update,
    Delete,
}

/// <summary>A parsed AdmissionReview: positions in its bytes; strings are created only when a decision needs them.</summary>
/// <param name="bytes">The whole review; must not change while this object is used.</param>
internal sealed class Review(ReadOnlyMemory<byte> bytes)
{
    public JsonSlice Uid;
    public JsonSlice OperationText;
    public Operation Operation;
    public bool IsNamespace;
    public JsonSlice Kind;
    public JsonSlice SubResource;
    public JsonSlice Name;
    public bool IsDryRun;
    public JsonSlice FieldManager;
    public JsonSlice User;
    public JsonSlice UserUid;
    public List<JsonSlice>? Groups;
    public List<KeyValuePair<JsonSlice, List<JsonSlice>>>? Extra;
    public NamespaceFieldPositions Object;
    public NamespaceFieldPositions OldObject;

    private NamespaceMetadata? _metadata;

    public ReadOnlySpan<byte> Bytes => bytes.Span;

    /// <summary>
    /// The fast path: the tenancy does not change, and there is nothing to warn about. It is true for a part of what
    /// <see cref="Core.Decisions.Engine"/> would leave alone, never for more.
    /// </summary>
    public bool LeavesSoundTenancyAlone => Operation switch
    {
        Operation.Update => NamespaceFieldPositions.SameTenancy(Bytes, OldObject, Object) && OldObject.IsSound(Bytes),
        _ => !Object.Label.HasValue && Object.References is null,
    };

    /// <summary>
    /// Whether an older version of the namespace would be written over the stored one, which the API server itself refuses (409), but only
    /// after the mutators.
    /// </summary>
    /// <remarks>
    /// The API server compares versions as numbers; none at all, and 0, write over whatever is stored (apiserver <c>registry/store.go</c>,
    /// doUnconditionalUpdate).
    /// </remarks>
    public bool IsStale => Operation is Operation.Update && Version(Object) is { Length: > 0 } version && version != Version(OldObject);

    public NamespaceRequest ToRequest()
    {
        var name = Name.Read(Bytes);
        var old = Operation is Operation.Update ? OldObject.ToRecord(Bytes, name) : null;
        return new NamespaceRequest(ReadUser(), old, Object.ToRecord(Bytes, name), SubResource.Read(Bytes))
        {
            FieldManager = FieldManager.Read(Bytes),
            ReadMetadata = ReadMetadata,
        };
    }

    // Several rules ask, and a namespace may have hundreds of thousands of labels.
    private NamespaceMetadata ReadMetadata() => _metadata ??= Object.ReadMetadata(Bytes);

    private string Version(in NamespaceFieldPositions of) => of.ResourceVersion.Read(Bytes).TrimStart('0');

    private UserInfo ReadUser()
    {
        var extra = ImmutableArray.CreateBuilder<KeyValuePair<string, ImmutableArray<string>>>(Extra?.Count ?? 0);
        foreach (var (key, values) in Extra ?? [])
        {
            extra.Add(new(key.Read(Bytes), Texts(values)));
        }

        var user = new UserInfo(User.Read(Bytes), UserUid.Read(Bytes), Texts(Groups), extra.DrainToImmutable());

        // The reader limits the bytes as they are written; escape sequences can make more characters of them.
        return user.Size <= ReviewLimits.MaxUserCharacters ? user
            : throw new BadReviewException($"request.userInfo has more than {ReviewLimits.MaxUserCharacters} characters");
    }

    private ImmutableArray<string> Texts(List<JsonSlice>? texts)
    {
        var builder = ImmutableArray.CreateBuilder<string>(texts?.Count ?? 0);
        foreach (var text in texts ?? [])
        {
            builder.Add(text.Read(Bytes));
        }

        return builder.DrainToImmutable();
    }
}
