using System.Collections.Immutable;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Certificates.SelfManaged;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

/// <summary>A Secret, an API server that learns of changes late, and replicas that look now and then; the first of them leads.</summary>
internal sealed class ModelWorld
{
    private readonly Course _course;
    private readonly Lifetimes _lives;
    private readonly RotationPlanner _planner;
    private readonly List<LeafFacts?> _served = [null, null, null];
    private readonly Queue<(DateTimeOffset At, ImmutableArray<AuthorityFacts> Bundle)> _underWay = new();
    private ImmutableArray<AuthorityFacts> _bundle = [];
    private ImmutableArray<AuthorityFacts> _published = [];
    private ImmutableArray<AuthorityFacts> _trusted = [];
    private string? _signer;
    private LeafFacts? _leaf;
    private DateTimeOffset? _publishedSince;
    private DateTimeOffset? _leafSince;
    private int _made;
    private int _steps;
    private int _publications;

    public ModelWorld(Course course) => (_course, _lives, _planner) = (course, course.Lives, new RotationPlanner(course.Lives));

    public DateTimeOffset Now { get; private set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many authorities there were.</summary>
    public int Authorities => _made;

    public int Published => _published.Length;

    /// <summary>No change of the authority is due or in progress.</summary>
    public bool IsQuiet =>
        _leaf?.Issuer == _signer
            && _bundle is [var only]
            && only.Id == _signer
            && Now < only.Validity.DueAt
            && _trusted.SequenceEqual(_bundle)
            && _published.SequenceEqual(_bundle);

    /// <summary>Goes on by half a period: the leader works unless it is away, and replicas look in no order.</summary>
    public void Go(bool leaderIsAway, bool isReadable, bool isWritable)
    {
        Now += _lives.Period / 2;
        var looks = _course.Looks[_steps++ % _course.Looks.Length];
        while (_underWay.TryPeek(out var next) && next.At <= Now)
        {
            _trusted = _underWay.Dequeue().Bundle;
        }

        for (var replica = 0; replica < _served.Count; replica++)
        {
            // At least once in a period, and in which half of it is left open.
            if ((looks >> replica & 1) == 1 || ((Now.Ticks / (_lives.Period.Ticks / 2)) + replica) % 2 == 0)
            {
                Look(replica);
            }
        }

        if (!leaderIsAway)
        {
            Look(0);
            Lead(isReadable, isWritable);
            Look(0);
        }
    }

    /// <summary>Somebody breaks the Secret.</summary>
    public void Break(int what)
    {
        (_bundle, _signer) = (what & 1) != 0 ? ([], null) : (_bundle, _signer);
        _signer = (what & 2) != 0 ? null : _signer;
        _leaf = (what & 4) != 0 ? null : _leaf;
        (_publishedSince, _leafSince) = (what & 8) != 0 ? (null, null) : (_publishedSince, _leafSince);
    }

    /// <summary>Each replica that serves at all can be talked to, once somebody is trusted.</summary>
    public string? Fault()
    {
        if (_trusted.IsEmpty)
        {
            return null;
        }

        foreach (var leaf in _served.OfType<LeafFacts>())
        {
            var issuer = _trusted.FirstOrDefault(authority => authority.Id == leaf.Issuer);
            if (!leaf.Validity.Covers(Now) || issuer?.Validity.Covers(Now) is not true)
            {
                return $"{Now:O}: {leaf} is served, and trusted are {string.Join(", ", _trusted)}";
            }
        }

        return null;
    }

    private void Look(int replica) => _served[replica] = _leaf?.Validity.Covers(Now) is true ? _leaf : _served[replica];

    private void Lead(bool isReadable, bool isWritable)
    {
        for (var taken = 0; taken < 8; taken++)
        {
            var leaf = _leaf ?? (_served[0] is { } served ? served with { IsKept = false } : null);
            var known = _bundle.Concat(isReadable ? _published : []).ToList();
            var state = new RotationState(
                _bundle,
                _signer,
                leaf is null ? null : leaf with { Issuer = known.Any(authority => authority.Id == leaf.Issuer) ? leaf.Issuer : "" })
            {
                Publication = isReadable ? new PublishedBundle(_published.SequenceEqual(_bundle), _published) : null,
                PublishedSince = _publishedSince,
                LeafSince = _leafSince,
            };
            var step = _planner.Next(state, Now);
            if (step is RotationAction.Wait || (step is RotationAction.Publish && !isWritable))
            {
                return;
            }

            Take(step, known);
            // Whatever is written takes along what is served.
            _leaf ??= leaf is null || step is RotationAction.Publish ? null : leaf with { IsKept = true };
        }
    }

    private void Take(RotationAction step, List<AuthorityFacts> known)
    {
        switch (step)
        {
            case RotationAction.MakeAuthority make:
                _signer = $"authority {++_made}";
                (_bundle, _publishedSince) = ([
                    .. Find(make.Others, known), new AuthorityFacts(_signer, new Validity(Now, Now + _lives.Authority))
                ], null);
                break;
            case RotationAction.SetBundle set:
                (_bundle, _publishedSince) = (Find(set.Ids, known), null);
                break;
            case RotationAction.IssueLeaf:
                var (signer, until) = (_bundle.Single(authority => authority.Id == _signer), Now + _lives.Leaf);
                (_leaf, _leafSince) = (new LeafFacts(
                    signer.Id, new Validity(Now, until < signer.Validity.Until ? until : signer.Validity.Until)), Now);
                break;
            case RotationAction.Publish:
                _published = _bundle;
                _underWay.Enqueue((Now + (_lives.Settle * _course.Delays[_publications++ % _course.Delays.Length] / 2), _published));
                break;
            case RotationAction.Note note:
                (_publishedSince, _leafSince) = (note.PublishedSince, note.LeafSince);
                break;
        }
    }

    private static ImmutableArray<AuthorityFacts> Find(ImmutableArray<string> ids, List<AuthorityFacts> known) =>
        [.. ids.Select(id => known.First(authority => authority.Id == id))];
}
