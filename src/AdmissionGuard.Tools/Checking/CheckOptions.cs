namespace AdmissionGuard.Tools.Checking;

/// <summary>The options of <c>admissionguard check</c>.</summary>
/// <param name="Inputs">Files and folders of AdmissionReviews and Cases.</param>
internal sealed record CheckOptions(IReadOnlyList<string> Inputs)
{
    /// <summary>The file of the namespace as stored; <see langword="null"/> on a creation.</summary>
    public string? Old { get; init; }

    /// <summary>The file of the namespace as the request would leave it; <see langword="null"/> on a deletion.</summary>
    public string? New { get; init; }

    public string User { get; init; } = "";

    public IReadOnlyList<string> Groups { get; init; } = [];

    public string FieldManager { get; init; } = "";

    public string SubResource { get; init; } = "";

    public IReadOnlyList<string> Tenants { get; init; } = [];

    public IReadOnlyList<string> Grants { get; init; } = [];

    public string? Config { get; init; }

    public IReadOnlyList<string> Set { get; init; } = [];

    public required DateTimeOffset At { get; init; }

    public OutputFormat Format { get; init; }

    public bool IsOneRequest => Old is not null || New is not null;

    /// <summary>Whether nothing but a configuration was given: then it is validated.</summary>
    public bool IsConfigurationAlone => Inputs is [] && !IsOneRequest;
}

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    Json,

    Yaml,
}
