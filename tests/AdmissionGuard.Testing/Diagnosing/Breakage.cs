namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>One way to break an installation that is healthy, what the doctor must say of it, and what mends it.</summary>
/// <param name="Name">What is broken, in a sentence without a full stop.</param>
/// <param name="Commands">
/// The lines of a shell that break it, run by an administrator in a folder like the top of the repository. <see cref="Breakages"/> names
/// the functions that they may use.
/// </param>
/// <param name="Finding">
/// The beginning of the doctor's line and words in it, as in <c>failed service: not found</c>: status, check, and words of the message.
/// </param>
/// <param name="Mend">What mends it.</param>
internal sealed record Breakage(string Name, string Commands, string Finding, Mend Mend)
{
    /// <summary>The first minor version of Kubernetes where it can be broken.</summary>
    public int Since { get; init; } = 20;

    /// <summary>What is installed before it is broken; what the doctor reports of that is no finding.</summary>
    public string Given { get; init; } = "";

    /// <summary>What remains to be cleaned up after it is mended.</summary>
    public string Cleanup { get; init; } = "";

    /// <summary>The check that reports it.</summary>
    public string Check => Finding[..Finding.IndexOf(':', StringComparison.Ordinal)].Split(' ')[1];

    /// <summary>Whether a line of the doctor's is the one that is expected.</summary>
    public bool IsIn(string line)
    {
        var colon = Finding.IndexOf(": ", StringComparison.Ordinal) + 2;
        return line.StartsWith(Finding[..colon], StringComparison.Ordinal) && line.Contains(Finding[colon..], StringComparison.Ordinal);
    }

    public override string ToString() => Name;
}

/// <summary>What mends a breakage.</summary>
internal abstract record Mend
{
    private Mend()
    {
    }

    /// <summary>The printed commands, run as printed.</summary>
    public static Mend Printed { get; } = new Commands();

    /// <summary>The printed commands, run as printed, of which <c>kubectl edit</c> opens an editor that applies a script of sed.</summary>
    public static Mend Edit(string sed) => new Edited(sed);

    /// <summary>The guard itself, without anybody's help.</summary>
    public static Mend ByGuard { get; } = new Guard();

    /// <summary>No command can: the fix says in these words what to do.</summary>
    /// <param name="words">Words of the fix.</param>
    /// <param name="commands">What the test then does.</param>
    public static Mend Advice(string words, string commands) => new Advised(words, commands);

    /// <summary>How the page of the doctor names it.</summary>
    public abstract string Shown { get; }

    public sealed record Commands : Mend
    {
        public override string Shown => "its command";
    }

    public sealed record Edited(string Sed) : Mend
    {
        public override string Shown => "its command opens an editor: correct the value";
    }

    public sealed record Guard : Mend
    {
        public override string Shown => "none: the guard repairs it";
    }

    public sealed record Advised(string Words, string Repair) : Mend
    {
        public override string Shown => $"no command; it says: {Words}";
    }
}
