using System.Collections.Immutable;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Certificates.SelfManaged;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

public sealed class RotationPlannerTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Lifetimes Lives = new(TimeSpan.FromDays(90), TimeSpan.FromDays(1800));
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly RotationPlanner _planner = new(Lives);

    private static AuthorityFacts Old => new("old", new Validity(Start, Start.AddDays(1800)));

    private static AuthorityFacts New => new("new", new Validity(Start.AddDays(1200), Start.AddDays(3000)));

    [Fact]
    public void Where_there_is_nothing_an_authority_is_made_and_then_its_certificate_without_waiting()
    {
        var nothing = new RotationState([], null, null) { Publication = new PublishedBundle(true, []) };
        Assert.Equal(new RotationAction.MakeAuthority([]), _planner.Next(nothing, Start));

        var authority = new RotationState([Old], "old", null) { Publication = new PublishedBundle(true, []) };
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(authority, Start));
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(authority with { Publication = null }, Start));
    }

    [Fact]
    public void What_is_published_is_published_once_and_noted()
    {
        var ready = Quiet() with { PublishedSince = null };

        Assert.Equal(new RotationAction.Publish(), _planner.Next(ready with { Publication = new PublishedBundle(false, []) }, Start));
        Assert.Equal(new RotationAction.Note(Start, Start), _planner.Next(ready, Start));
        Assert.Equal(new RotationAction.Wait(), _planner.Next(Quiet(), Start + Second));
    }

    [Fact]
    public void Where_somebody_published_another_it_is_published_again_and_settles_anew()
    {
        var overwritten = Quiet() with { Publication = new PublishedBundle(false, [New]) };

        Assert.Equal(new RotationAction.Note(null, Start), _planner.Next(overwritten, Start.AddDays(1)));
        Assert.Equal(new RotationAction.Publish(), _planner.Next(overwritten with { PublishedSince = null }, Start.AddDays(1)));
    }

    [Fact]
    public void A_certificate_is_renewed_past_two_thirds_of_its_life_by_the_same_authority_published_or_not()
    {
        Assert.Equal(new RotationAction.Wait(), _planner.Next(Quiet(), Start.AddDays(60) - Second));
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(Quiet(), Start.AddDays(60)));
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(Quiet() with { Publication = null }, Start.AddDays(60)));
        Assert.Equal(
            new RotationAction.IssueLeaf(),
            _planner.Next(Quiet() with { Publication = new PublishedBundle(false, [Old]) }, Start.AddDays(60)));
    }

    [Fact]
    public void A_certificate_without_one_of_the_names_is_renewed_at_once() =>
        Assert.Equal(
            new RotationAction.IssueLeaf(),
            _planner.Next(Quiet() with { Leaf = Leaf("old", Start) with { HasNames = false } }, Start + Second));

    [Fact]
    public void An_authority_is_changed_step_by_step_and_each_step_waits_for_the_one_before()
    {
        var begin = Start.AddDays(1200);
        var old = Quiet() with { Leaf = Leaf("old", begin.AddDays(-1)), LeafSince = begin.AddDays(-1) };
        Assert.Equal(new RotationAction.Wait(), _planner.Next(old, begin - Second));
        Assert.Equal(new RotationAction.MakeAuthority(["old"]), _planner.Next(old, begin));

        var both = old with { Bundle = [Old, New], Signer = "new", PublishedSince = null, Publication = new PublishedBundle(false, [Old]) };
        Assert.Equal(new RotationAction.Publish(), _planner.Next(both, begin));
        both = both with { Publication = new PublishedBundle(true, [Old, New]) };
        Assert.Equal(new RotationAction.Note(begin, both.LeafSince), _planner.Next(both, begin));

        both = both with { PublishedSince = begin };
        Assert.Equal(new RotationAction.Wait(), _planner.Next(both, begin + Lives.Settle - Second));
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(both, begin + Lives.Settle));

        var issued = begin + Lives.Settle;
        var served = both with { Leaf = Leaf("new", issued), LeafSince = issued };
        Assert.Equal(new RotationAction.Wait(), _planner.Next(served, issued + Lives.Settle - Second));
        Assert.Equal(new RotationAction.SetBundle(["new"]), _planner.Next(served, issued + Lives.Settle));

        var alone = served with { Bundle = [New], PublishedSince = null, Publication = new PublishedBundle(false, [Old, New]) };
        Assert.Equal(new RotationAction.Publish(), _planner.Next(alone, issued + Lives.Settle));
    }

    [Fact]
    public void While_it_can_t_be_told_what_is_published_no_authority_is_changed()
    {
        var due = Start.AddDays(1200);
        var old = Quiet() with { Leaf = Leaf("old", due.AddDays(-1)), LeafSince = due.AddDays(-1), Publication = null };

        Assert.Equal(new RotationAction.Wait(), _planner.Next(old, due));
        Assert.Equal(new RotationAction.Wait(), _planner.Next(old with { Bundle = [Old, New], Signer = "new" }, due + Lives.Settle));
    }

    [Fact]
    public void While_it_can_t_be_told_what_is_published_the_authority_that_is_due_renews_the_certificate_as_long_as_it_lives()
    {
        var due = Start.AddDays(1200);
        var old = Quiet() with { Leaf = Leaf("old", due), LeafSince = due, Publication = null };

        Assert.Equal(new RotationAction.Wait(), _planner.Next(old, due.AddDays(30) - Second));
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(old, due.AddDays(60)));
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(old with { Leaf = null }, due.AddDays(60)));

        // It ends with its authority: another would end then too.
        var last = new LeafFacts("old", new Validity(Start.AddDays(1720), Old.Validity.Until));
        Assert.Equal(
            new RotationAction.Wait(), _planner.Next(old with { Leaf = last, LeafSince = last.Validity.From }, Start.AddDays(1799)));
    }

    [Fact]
    public void Before_an_authority_s_key_is_given_up_for_another_it_renews_a_certificate_that_is_older_than_a_third_of_its_life()
    {
        var due = Start.AddDays(1200);
        var begun = due.AddDays(-30);
        var old = Quiet() with { Leaf = Leaf("old", begun), LeafSince = begun };

        Assert.Equal(new RotationAction.Wait(), _planner.Next(old, due - Second));
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(old, due));
        Assert.Equal(new RotationAction.IssueLeaf(), _planner.Next(old with { Leaf = null }, due));
        Assert.Equal(new RotationAction.MakeAuthority(["old"]), _planner.Next(old with { Leaf = Leaf("old", begun.AddSeconds(1)) }, due));
    }

    [Fact]
    public void An_authority_whose_key_is_lost_is_replaced_beside_it_and_the_certificate_stays_until_that_settled()
    {
        var lost = Quiet() with { Signer = null };
        Assert.Equal(new RotationAction.MakeAuthority(["old"]), _planner.Next(lost, Start.AddDays(1)));

        // Its certificate is lost too: the API server still has it.
        var garbage = lost with { Bundle = [], Publication = new PublishedBundle(false, [Old]) };
        Assert.Equal(new RotationAction.MakeAuthority(["old"]), _planner.Next(garbage, Start.AddDays(1)));
        Assert.Equal(new RotationAction.Wait(), _planner.Next(garbage with { Publication = null }, Start.AddDays(1)));
    }

    [Fact]
    public void An_authority_that_the_certificate_in_use_needs_is_published_again_before_anything_else()
    {
        var now = Start.AddDays(1201);
        var forgotten = new RotationState(
            [New],
            "new",
            Leaf("old", now.AddDays(-1))) { Publication = new PublishedBundle(false, [Old]), PublishedSince = Start, LeafSince = Start };

        Assert.Equal(new RotationAction.SetBundle(["old", "new"]), _planner.Next(forgotten, now));
    }

    [Fact]
    public void A_certificate_that_the_Secret_lost_and_this_replica_still_serves_is_written_back()
    {
        var served = Quiet() with { Leaf = Leaf("old", Start) with { IsKept = false } };

        Assert.Equal(new RotationAction.Note(Start, Start.AddDays(1)), _planner.Next(served, Start.AddDays(1)));
    }

    [Theory]
    [InlineData(91, "old")]
    [InlineData(-1, "old")]
    [InlineData(1, "")]
    public void A_certificate_that_nobody_can_use_is_replaced_at_once(int day, string issuer) =>
        Assert.Equal(
            new RotationAction.IssueLeaf(),
            _planner.Next(
                Quiet() with
                {
                    Bundle = [Old with { Validity = Old.Validity with { From = Start.AddDays(-9) } }],
                    Leaf = Leaf(issuer, Start),
                },
                Start.AddDays(day)));

    [Fact]
    public void An_authority_that_expired_is_replaced_at_once_and_is_published_no_longer()
    {
        var expired = Quiet() with { Publication = new PublishedBundle(true, [Old]) };

        Assert.Equal(new RotationAction.MakeAuthority([]), _planner.Next(expired, Start.AddDays(1800)));
    }

    [Fact]
    public void A_time_to_come_written_by_another_clock_counts_from_now()
    {
        var now = Start.AddDays(1);

        Assert.Equal(new RotationAction.Note(now, Start), _planner.Next(Quiet() with { PublishedSince = now.AddDays(300) }, now));
        Assert.Equal(new RotationAction.Note(Start, now), _planner.Next(Quiet() with { LeafSince = now.AddDays(300) }, now));
    }

    [Theory]
    [InlineData(30, 1, 0.25)]
    [InlineData(1000, 10, 2.5)]
    [InlineData(2160 * 3600, 600, 10)]
    public void Steps_settle_for_a_hundredth_of_a_life_and_replicas_look_four_times_meanwhile(int life, double settle, double period)
    {
        var lives = new Lifetimes(TimeSpan.FromSeconds(life), TimeSpan.FromSeconds(life * 2));

        Assert.Equal((settle, period), (lives.Settle.TotalSeconds, lives.Period.TotalSeconds));
    }

    private static LeafFacts Leaf(string issuer, DateTimeOffset from) => new(issuer, new Validity(from, from.AddDays(90)));

    /// <summary>All is well.</summary>
    private static RotationState Quiet() => new(ImmutableArray.Create(Old), "old", Leaf("old", Start))
    {
        Publication = new PublishedBundle(true, [Old]),
        PublishedSince = Start,
        LeafSince = Start,
    };
}
