using System.Collections.Immutable;
using CsCheck;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

/// <summary>Whatever happens to the Secret, the leader and the API server: whoever serves can be talked to.</summary>
public sealed class RotationPropertyTests
{
    [Fact]
    public void Whoever_trusts_what_is_published_can_always_talk_to_whoever_serves_what_is_kept() =>
        Gen.Select(Course.Lasting(2, 5), Outage.Several, Breakage.Several).Sample(
            each =>
            {
                var (course, outages, breakages) = each;
                var world = new ModelWorld(course);
                var away = Spans(world.Now, course, outages);
                var broken = Steps(breakages);
                var end = world.Now + (course.Lives.Authority * 2.5);
                for (var step = 0; world.Now < end; step++)
                {
                    if (broken.TryGetValue(step, out var what))
                    {
                        world.Break(what);
                    }

                    var isAway = away.FirstOrDefault(span => world.Now >= span.From && world.Now < span.Until).What;
                    world.Go(leaderIsAway: isAway == 1, isReadable: isAway != 2, isWritable: isAway != 3);
                    if (world.Fault() is { } fault)
                    {
                        throw new InvalidOperationException(fault);
                    }

                    Assert.InRange(world.Published, 0, 5);
                }

                Assert.True(world.Authorities > 1);
            },
            iter: 300);

    [Fact]
    public void The_configurations_can_be_away_for_half_a_certificate_s_life_whenever_that_begins() =>
        Gen.Select(Course.Lasting(2, 5), Gen.Double.Unit, Gen.Double.Unit, Gen.Bool).Sample(
            (course, pause, length, isWriteOnly) =>
                Run(course, pause: course.Leaf * (1 + pause), length: course.Leaf * length / 2, isWriteOnly, onlyWhereQuiet: false),
            iter: 200);

    [Fact]
    public void The_configurations_can_be_away_for_as_long_as_an_authority_has_left_when_it_is_due_if_no_change_is_under_way() =>
        Gen.Select(Course.Lasting(6, 12), Gen.Double.Unit).Sample(
            (course, pause) =>
                Run(
                    course,
                    pause: course.Leaf * (0.2 + pause),
                    length: (course.Lives.Authority / 3) - course.Leaf,
                    isWriteOnly: false,
                    onlyWhereQuiet: true),
            iter: 100);

    /// <summary>From when until when what is away, counted from 1.</summary>
    private static List<(int What, DateTimeOffset From, DateTimeOffset Until)> Spans(
        DateTimeOffset now, Course course, ImmutableArray<Outage> outages)
    {
        var spans = new List<(int, DateTimeOffset, DateTimeOffset)>();
        foreach (var outage in outages)
        {
            var from = now + (course.Leaf * outage.Pause);
            now = from + (course.Leaf * outage.Length);
            spans.Add((outage.What + 1, from, now));
        }

        return spans;
    }

    /// <summary>What breaks at which step.</summary>
    private static Dictionary<int, int> Steps(ImmutableArray<Breakage> breakages)
    {
        var (step, steps) = (0, new Dictionary<int, int>());
        foreach (var breakage in breakages)
        {
            step += breakage.Pause;
            steps[step] = breakage.What;
        }

        return steps;
    }

    /// <summary>The configurations are away again and again, for a length after a pause, and nothing else is amiss.</summary>
    private static void Run(Course course, TimeSpan pause, TimeSpan length, bool isWriteOnly, bool onlyWhereQuiet)
    {
        var (world, lives) = (new ModelWorld(course), course.Lives);
        var (isAway, from, end) = (false, world.Now + pause, world.Now + (lives.Authority * 3));
        while (world.Now < end)
        {
            if (isAway && world.Now >= from + length)
            {
                (isAway, from) = (false, world.Now + pause);
            }
            else if (!isAway && world.Now >= from && (!onlyWhereQuiet || world.IsQuiet))
            {
                (isAway, from) = (true, world.Now);
            }

            world.Go(leaderIsAway: false, isReadable: !isAway || isWriteOnly, isWritable: !isAway);
            if (world.Fault() is { } fault)
            {
                throw new InvalidOperationException(fault);
            }
        }

        Assert.True(world.Authorities > 1);
    }
}
