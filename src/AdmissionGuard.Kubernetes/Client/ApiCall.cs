namespace AdmissionGuard.Kubernetes.Client;

/// <summary>A kind of request to the API server. Its name is a metric label, so the set is fixed.</summary>
public sealed record ApiCall
{
    // The API server stores objects of 1.5 MiB at the most; in JSON, a character may take six bytes.
    private const int ObjectBytes = 16 << 20;

    private ApiCall(string name, bool isRead) => (Name, IsRead) = (name, isRead);

    /// <summary>Reads one tenant.</summary>
    public static ApiCall GetTenant { get; } = Read("get-tenant");

    /// <summary>Lists the tenants' metadata.</summary>
    public static ApiCall ListTenants { get; } = Read("list-tenants");

    /// <summary>Asks which resources are served, where a tenant is not found.</summary>
    public static ApiCall DiscoverTenants { get; } = Read("discover-tenants");

    /// <summary>Lists the namespaces' metadata.</summary>
    public static ApiCall ListNamespaces { get; } = Read("list-namespaces");

    /// <summary>Reads Capsule's configuration.</summary>
    public static ApiCall GetCapsuleConfiguration { get; } = Read("get-capsule-configuration");

    /// <summary>Sends an access review. A POST, but nothing is stored.</summary>
    public static ApiCall AccessReview { get; } = Read("access-review");

    /// <summary>Asks who the connection's user is. A POST, but nothing is stored.</summary>
    public static ApiCall SelfReview { get; } = Read("self-review");

    /// <summary>Reads the Secret of the certificates.</summary>
    public static ApiCall GetSecret { get; } = Read("get-secret");

    /// <summary>Writes the Secret of the certificates.</summary>
    public static ApiCall UpdateSecret { get; } = Write("update-secret");

    /// <summary>Reads a webhook configuration.</summary>
    public static ApiCall GetWebhooks { get; } = Read("get-webhooks");

    /// <summary>Writes the certificate authorities of a webhook configuration.</summary>
    public static ApiCall PatchWebhooks { get; } = Write("patch-webhooks");

    /// <summary>Reads the Lease.</summary>
    public static ApiCall GetLease { get; } = Read("get-lease");

    /// <summary>Creates the Lease.</summary>
    public static ApiCall CreateLease { get; } = Write("create-lease");

    /// <summary>Writes the Lease.</summary>
    public static ApiCall UpdateLease { get; } = Write("update-lease");

    /// <summary>The name in metrics, logs and traces.</summary>
    public string Name { get; }

    /// <summary>Whether it changes nothing, so that it may be sent again whatever became of it, and twice at a time.</summary>
    public bool IsRead { get; }

    /// <summary>The largest body of an answer that is read, in bytes.</summary>
    public int MaxAnswerBytes { get; init; } = ObjectBytes;

    /// <summary>Whether an answer with 429 or 5xx is read like any other, and not sent again.</summary>
    public bool ReadsErrors { get; init; }

    /// <summary>A call that changes nothing.</summary>
    /// <param name="name">Its name.</param>
    public static ApiCall Read(string name) => new(name, isRead: true);

    /// <summary>A call that changes something: it is sent again only where it surely was not processed.</summary>
    /// <param name="name">Its name.</param>
    public static ApiCall Write(string name) => new(name, isRead: false);
}
