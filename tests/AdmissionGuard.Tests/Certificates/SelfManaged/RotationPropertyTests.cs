using AdmissionGuard.Certificates.SelfManaged;
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
