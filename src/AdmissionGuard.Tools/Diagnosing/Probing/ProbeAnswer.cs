namespace AdmissionGuard.Tools.Diagnosing.Probing;

/// <summary>What the API server answered to a request that the guard refuses in every mode.</summary>
internal abstract record ProbeAnswer
{
    private ProbeAnswer()
    {
    }

    /// <summary>A webhook refused it.</summary>
    /// <param name="Webhook">The webhook's name.</param>
    /// <param name="Message">Its message; a long one is cut.</param>
    /// <param name="IsInGuardsWords">Whether the whole message contains <see cref="Core.Transitions.Transition.OtherKindRefused"/>.</param>
    public sealed record Refused(string Webhook, string Message, bool IsInGuardsWords) : ProbeAnswer;

    /// <summary>The API server called a webhook, and got no answer that it could use.</summary>
    /// <param name="Webhook">The webhook's name.</param>
    /// <param name="Why">The API server's reason.</param>
    public sealed record NotAnswered(string Webhook, string Why) : ProbeAnswer;

    /// <summary>Nothing refused it.</summary>
    public sealed record Admitted : ProbeAnswer;

    /// <summary>The user may not send it.</summary>
    public sealed record NotPermitted : ProbeAnswer;

    /// <summary>Something else came back.</summary>
    /// <param name="Why">What.</param>
    public sealed record Other(string Why) : ProbeAnswer;
}
