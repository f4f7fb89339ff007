using AdmissionGuard.Server.Certificates.SelfManaged;
using CsCheck;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

/// <summary>Whatever happens to the Secret, the leader and the API server: whoever serves can be talked to.</summary>
public sealed class RotationPropertyTests
{
    [Fact]
    public void Whoever_trusts_what_is_published_can_always_talk_to_whoever_serves_what_is_kept() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            var leaf = TimeSpan.FromSeconds(random.Next(20, 300));
            var lives = new Lifetimes(leaf, leaf * (2 + (random.NextDouble() * 3)));
            var world = new ModelWorld(random, lives);
            // None of it may last for as long as a certificate has left when it is renewed, a settling included.
            var outage = new Outage(random, lives);
            var end = world.Now + (lives.Authority * 2.5);
            while (world.Now < end)
            {
                if (random.Next(400) == 0)
                {
                    world.Break();
                }

                world.Go(outage.Is(world.Now, 0), !outage.Is(world.Now, 1), !outage.Is(world.Now, 2));
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
    public void The_configurations_can_be_away_for_half_a_certificate_s_life_whenever_that_begins() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            var world = World(random, 2 + (random.NextDouble() * 3), out var lives);
            Run(world, lives, pause: lives.Leaf * (1 + random.NextDouble()), length: lives.Leaf * random.NextDouble() / 2, isWriteOnly: random.Next(2) == 0, onlyWhereQuiet: false);
        },
        iter: 200);

    [Fact]
    public void The_configurations_can_be_away_for_as_long_as_an_authority_has_left_when_it_is_due_if_no_change_is_under_way() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            var world = World(random, 6 + (random.NextDouble() * 6), out var lives);
            Run(world, lives, pause: lives.Leaf * (0.2 + random.NextDouble()), length: (lives.Authority / 3) - lives.Leaf, isWriteOnly: false, onlyWhereQuiet: true);
        },
        iter: 100);

    private static ModelWorld World(Random random, double authorityLives, out Lifetimes lives)
    {
        var leaf = TimeSpan.FromSeconds(random.Next(20, 300));
        lives = new Lifetimes(leaf, leaf * authorityLives);
        return new ModelWorld(random, lives);
    }

    /// <summary>The configurations are away again and again, for a length after a pause, and nothing else is amiss.</summary>
    private static void Run(ModelWorld world, Lifetimes lives, TimeSpan pause, TimeSpan length, bool isWriteOnly, bool onlyWhereQuiet)
    {
        var from = world.Now + pause;
        var end = world.Now + (lives.Authority * 3);
        while (world.Now < end)
        {
            var isAway = world.Now >= from;
            if (isAway && world.Now >= from + length)
            {
                (isAway, from) = (false, world.Now + pause);
            }
            else if (!isAway && onlyWhereQuiet && !world.IsQuiet)
            {
                from = from > world.Now + lives.Period ? from : world.Now + lives.Period;
            }

            world.Go(leaderIsAway: false, isReadable: !isAway || isWriteOnly, isWritable: !isAway);
            if (world.Fault() is { } fault)
            {
                throw new InvalidOperationException(fault);
            }
        }

        Assert.True(world.Authorities > 1);
    }

    /// <summary>Something that is away now and then, one thing at a time.</summary>
    private sealed class Outage(Random random, Lifetimes lives)
    {
        private int _what;
        private DateTimeOffset _from;
        private DateTimeOffset _until;

        public bool Is(DateTimeOffset now, int what)
        {
            if (now >= _until)
            {
                _what = random.Next(3);
                _from = now + (lives.Leaf * random.NextDouble());
                _until = _from + (lives.Leaf * random.NextDouble() / 6);
            }

            return what == _what && now >= _from;
        }
    }
}
