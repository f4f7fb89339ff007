// CS1591 asks for documentation of each field: that of an instrument is its description, that of a tag its name and values. A second
// text would say the same, and only this one is exported and stands in the generated reference.
#pragma warning disable CS1591
namespace AdmissionGuard.Kubernetes.Telemetry;

/// <summary>All instruments. The table in <c>deploy/docs/monitoring.md</c> is generated from this file.</summary>
public static class Instruments
{
    /// <summary>The meter of the server.</summary>
    public const string ServerMeter = "AdmissionGuard";

    /// <summary>The meter of the calls to the API server, which commands send too.</summary>
    public const string ApiServerMeter = "AdmissionGuard.Kubernetes";

    // Reviews

    public static readonly HistogramDefinition ReviewDuration = new(
        ServerMeter, "admissionguard.review.duration", "Duration of reviews, from the first byte of the request to the response.")
    {
        Tags = [Tags.Endpoint, Tags.Operation, Tags.Transition, Tags.ReviewOutcome],
        Buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    public static readonly CounterDefinition UnanswerableReviews = new(
        ServerMeter, "admissionguard.reviews.unanswerable", "{review}",
        "Requests that are not a valid AdmissionReview or failed, by HTTP status code.")
    { Tags = [Tags.Endpoint, Tags.ErrorCode] };

    public static readonly CounterDefinition Rules = new(
        ServerMeter, "admissionguard.rules", "{request}",
        "Requests that broke a rule: they were refused, warned about, or admitted by an override. Dry runs are not counted.")
    { Tags = [Tags.Rule, Tags.RuleOutcome] };

    public static readonly CounterDefinition ShedReviews = new(
        ServerMeter, "admissionguard.reviews.shed", "{review}",
        "Reviews that were answered with 429 and Retry-After, because too many lookups were in progress or the memory for request "
            + "bodies was used up; the API server retries them.")
    { Tags = [Tags.Endpoint, Tags.ShedReason], StartsAtZero = true };

    // Limits

    public static readonly GaugeDefinition LookupsInFlight = new(
        ServerMeter, "admissionguard.lookups.in_flight", null,
        "Lookups in progress: calls to the API server for tenants, Capsule's configuration and access reviews.");

    public static readonly GaugeDefinition LookupsLimit = new(
        ServerMeter, "admissionguard.lookups.limit", null, "Maximum number of concurrent lookups (--max-lookups).");

    public static readonly GaugeDefinition BodyMemoryHeld = new(
        ServerMeter, "admissionguard.request.body.held", "By", "Memory used by request bodies, beyond the first 16 KiB of each.");

    public static readonly GaugeDefinition BodyMemoryLimit = new(
        ServerMeter, "admissionguard.request.body.limit", "By",
        "Limit of that memory. At the limit, the slowest uploads are answered with 429 first.");

    public static readonly GaugeDefinition Connections = new(
        ServerMeter, "admissionguard.connections", "{connection}", "Open connections.") { Tags = [Tags.Listener] };

    public static readonly GaugeDefinition ConnectionsLimit = new(
        ServerMeter, "admissionguard.connections.limit", "{connection}",
        "Maximum number of open connections (--max-connections for reviews), a quarter of it for one client address.")
    { Tags = [Tags.Listener] };

    public static readonly CounterDefinition ConnectionsClosed = new(
        ServerMeter, "admissionguard.connections.closed", "{connection}",
        "Connections that were closed because their listener or client address had too many: by state of the closed connection, or "
            + "no-room if a new connection was closed.")
    { Tags = [Tags.Listener, Tags.ClosedConnection], StartsAtZero = true };

    // Certificates

    public static readonly GaugeDefinition CertificateNotAfter = new(
        ServerMeter, "admissionguard.certificate.not_after.timestamp", "s", "When the served certificate expires, in Unix time.");

    public static readonly GaugeDefinition CertificateValid = new(
        ServerMeter, "admissionguard.certificate.valid", "1",
        "1 if the newest certificate is valid and served, 0 if an older one is served because it is invalid, or if there is none.");

    public static readonly CounterDefinition CertificateReloads = new(
        ServerMeter, "admissionguard.certificate.reloads", "{reload}", "Changes of the certificates, by outcome.")
    { Tags = [Tags.ReloadOutcome], StartsAtZero = true };

    public static readonly GaugeDefinition AuthorityNotAfter = new(
        ServerMeter, "admissionguard.certificate.authority.not_after.timestamp", "s",
        "When the current certificate authority expires, in Unix time.");

    public static readonly GaugeDefinition Leader = new(
        ServerMeter, "admissionguard.leader", "1",
        "1 if this replica is the leader, which renews the certificates and publishes their authority, else 0.");

    public static readonly CounterDefinition ClientCertificatesRefused = new(
        ServerMeter, "admissionguard.client.certificates.refused", "{connection}",
        "Connections that were refused because the client certificate was missing or invalid.")
    { Tags = [Tags.ClientCertificateError], StartsAtZero = true };

    // Configuration

    public static readonly GaugeDefinition ConfigurationGeneration = new(
        ServerMeter, "admissionguard.configuration.generation", "{configuration}",
        "The number of the configuration in use, counted from 1 since the start.");

    public static readonly GaugeDefinition ConfigurationValid = new(
        ServerMeter, "admissionguard.configuration.valid", "1",
        "1 if the configuration file is in use, 0 if it is invalid and an older configuration remains in use.");

    public static readonly CounterDefinition ConfigurationReloads = new(
        ServerMeter, "admissionguard.configuration.reloads", "{reload}", "Changes of the configuration file, by outcome.")
    { Tags = [Tags.ReloadOutcome], StartsAtZero = true };

    // The scan of all namespaces

    public static readonly GaugeDefinition Namespaces = new(
        ServerMeter, "admissionguard.namespaces", null,
        "Namespaces by the state of their label and ownerReference, as of the last audit; namespaces that are being deleted are not "
            + "counted.")
    { Tags = [Tags.TenancyState] };

    public static readonly GaugeDefinition ScanLastSuccess = new(
        ServerMeter, "admissionguard.audit.last_success.timestamp", "s",
        "Time of the last successful audit, in Unix time; 0 before the first.");

    // The process

    public static readonly GaugeDefinition Draining = new(
        ServerMeter, "admissionguard.draining", null,
        "1 after SIGTERM, while the guard still answers but is no longer ready; else 0.");

    public static readonly ObservedCounterDefinition ProcessCpu = new(
        ServerMeter, "process.cpu", "s", "CPU time that the process has used, user and system.");

    public static readonly GaugeDefinition ProcessStartTime = new(
        ServerMeter, "process.start_time", "s", "When the process started, in Unix time.");

    public static readonly GaugeDefinition ProcessResidentMemory = new(
        ServerMeter, "process.resident_memory", "By", "Memory of the process that is in RAM.");

    public static readonly GaugeDefinition ProcessVirtualMemory = new(
        ServerMeter, "process.virtual_memory", "By", "Address space of the process, most of which is only reserved.");

    public static readonly GaugeDefinition ProcessOpenDescriptors = new(
        ServerMeter, "process.open_fds", null, "Open file descriptors of the process (Linux).");

    public static readonly GaugeDefinition ProcessMaxDescriptors = new(
        ServerMeter, "process.max_fds", null, "Maximum number of open file descriptors of the process (Linux).");

    public static readonly GaugeDefinition ThreadPoolThreads = new(
        ServerMeter, "dotnet.thread_pool.thread.count", null, "Threads of the thread pool.");

    public static readonly GaugeDefinition ThreadPoolQueue = new(
        ServerMeter, "dotnet.thread_pool.queue.length", null, "Work items that wait for a thread of the thread pool.");

    // Calls to the API server

    public static readonly HistogramDefinition CallDuration = new(
        ApiServerMeter, "admissionguard.api.call.duration", "Duration of calls to the API server, retries included.")
    {
        Tags = [Tags.Call, Tags.CallOutcome],
        Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    };

    public static readonly CounterDefinition Hedges = new(
        ApiServerMeter, "admissionguard.api.call.hedges", "{request}",
        "Second requests that were sent because the first was not answered within half of its time; the first response is used.")
    { Tags = [Tags.ReadCall] };

    public static readonly GaugeDefinition CircuitState = new(
        ApiServerMeter, "admissionguard.circuit.state", null,
        "State of the circuit breaker for the API server: 0 closed (normal); 1 half-open (a single probe is sent); 2 open (calls fail "
            + "immediately).");
}

/// <summary>All tags of the instruments, with their values.</summary>
public static class Tags
{
    public static readonly Tag Endpoint = new("endpoint") { Values = ["mutate", "validate"] };

    public static readonly Tag Operation = new("operation") { Values = ["create", "update", "delete", "other"] };

    public static readonly Tag Transition = new("transition")
    { Values = ["unchanged", "adopt", "migrate", "release", "repair", "contradictory"] };

    public static readonly Tag ReviewOutcome = new("outcome")
    {
        Values = ["allow", "complete", "tolerate", "shed", "forbidden", "invalid", "conflict", "bad-request", "unavailable"],
        Note = "; the last five are refusals, with code 403, 422, 409, 400 and 503",
    };

    public static readonly Tag ErrorCode = new("code") { Values = ["400", "408", "413", "415", "500"] };

    public static readonly Tag Rule = new("rule")
    {
        Values = [
            "maintenance-windows", "reason-given", "source-cordoned", "target-cordoned", "namespace-quota", "tenant-prefix",
            "forbidden-metadata", "required-metadata", "protected-namespaces",
        ],
        Note = ", the names of [the rules](configuration.md#rules) in lower case",
    };

    public static readonly Tag RuleOutcome = new("outcome") { Values = ["refused", "warned", "lifted"], Note = " for an override" };

    public static readonly Tag ShedReason = new("why") { Values = ["lookups", "memory"] };

    public static readonly Tag Listener = new("listener") { Values = ["reviews", "health"] };

    public static readonly Tag ClosedConnection = new("why") { Values = ["idle", "handshaking", "uploading", "no-room"] };

    public static readonly Tag ReloadOutcome = new("outcome") { Values = ["applied", "refused"] };

    public static readonly Tag ClientCertificateError = new("why") { Values = ["none", "authority", "name"] };

    public static readonly Tag TenancyState = new("state")
    { Values = ["none", "consistent", "stale-uid", "unknown-tenant", "label-only", "owner-only", "conflicting"] };

    public static readonly Tag Call = new("call")
    {
        Values = [
            "get-tenant", "list-tenants", "discover-tenants", "list-namespaces", "get-capsule-configuration", "access-review",
            "get-secret", "update-secret", "get-webhooks", "patch-webhooks", "get-lease", "create-lease", "update-lease",
        ],
        Note = "; those of Secrets, webhooks and Leases where the certificates are self-managed",
    };

    public static readonly Tag ReadCall = new("call")
    {
        Values = [
            "get-tenant", "list-tenants", "discover-tenants", "list-namespaces", "get-capsule-configuration", "access-review",
            "get-secret", "get-webhooks", "get-lease",
        ],
    };

    public static readonly Tag CallOutcome = new("outcome") { Values = ["answered", "failed"] };
}
