using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Output;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Tests.Cluster;

public sealed class ProgressTests
{
    [Fact]
    public async Task A_standard_error_that_is_closed_does_not_end_the_program()
    {
        var time = new FakeTimeProvider();
        await using var closed = new ClosedWriter();
        await using var progress = new Progress(
            "plan", new Terminal(() => TextReader.Null, TextWriter.Null, closed, isColored: false), time);
        progress.Await("waiting");

        // The clock runs its timers in this call: what they throw comes out here.
        time.Advance(TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.NotEqual(0, closed.Writes);
    }

    private sealed class ClosedWriter : StringWriter
    {
        public int Writes { get; private set; }

        public override void WriteLine(string? value)
        {
            Writes++;
            throw new IOException("Broken pipe");
        }
    }
}
