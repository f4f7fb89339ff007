using System.Globalization;
using AdmissionGuard.Core.Policies;

namespace AdmissionGuard.Core.Tests.Policies;

public sealed class MaintenanceWindowTests
{
    [Theory]
    [InlineData("2026-11-27T20:59:59Z", false)]
    [InlineData("2026-11-27T21:00:00Z", true)]
    [InlineData("2026-11-28T00:59:59Z", true)]
    [InlineData("2026-11-28T01:00:00Z", false)]
    public void It_is_open_from_its_start_to_before_its_end_in_its_own_zone(string time, bool open) =>
        Assert.Equal(open, MaintenanceWindow.Parse("0 22 * * FRI for 4h in Europe/Berlin").IsOpenAt(At(time)));

    // In 2026 Berlin leaves summer time on 25 October at 03:00, and enters it on 29 March at 02:00.
    [Theory]
    [InlineData("0 22 * * SAT for 4h in Europe/Berlin", "2026-10-24T20:00:00Z", true)]
    [InlineData("0 22 * * SAT for 4h in Europe/Berlin", "2026-10-24T23:59:59Z", true)]
    [InlineData("0 22 * * SAT for 4h in Europe/Berlin", "2026-10-25T00:00:00Z", false)]
    [InlineData("0 22 * * SAT for 6h in Europe/Berlin", "2026-10-25T01:59:59Z", true)]
    [InlineData("0 22 * * SAT for 6h in Europe/Berlin", "2026-10-25T02:00:00Z", false)]
    [InlineData("30 2 * * SUN for 1h in Europe/Berlin", "2026-03-29T01:00:00Z", true)]
    [InlineData("30 2 * * SUN for 1h in Europe/Berlin", "2026-03-29T00:59:59Z", false)]
    [InlineData("0 9 * * MON for 1h in Europe/Berlin", "2026-03-30T07:30:00Z", true)]
    [InlineData("0 9 * * MON for 1h in Europe/Berlin", "2026-03-23T08:30:00Z", true)]
    [InlineData("0 9 * * MON for 1h in Europe/Berlin", "2026-03-30T08:30:00Z", false)]
    public void Its_start_is_the_clocks_and_its_length_elapses_whatever_the_clocks_do(string window, string time, bool open) =>
        Assert.Equal(open, MaintenanceWindow.Parse(window).IsOpenAt(At(time)));

    [Fact]
    public void The_next_opening_is_shown_in_its_zone()
    {
        var window = MaintenanceWindow.Parse("0 22 * * FRI for 4h in Europe/Berlin");

        var next = window.NextOpening(At("2026-11-24T12:00:00Z"));

        Assert.Equal(At("2026-11-27T21:00:00Z"), next);
        Assert.Equal("2026-11-27 22:00 (Europe/Berlin, UTC+01:00)", window.Show(next!.Value));
    }

    [Theory]
    [InlineData("4h", 240)]
    [InlineData("90m", 90)]
    [InlineData("1h30m", 90)]
    [InlineData("1.5h", 90)]
    [InlineData("0.5d", 720)]
    [InlineData("1d12h", 2160)]
    [InlineData("90s", 1.5)]
    [InlineData("10h05m", 605)]
    [InlineData("48h", 2880)]
    [InlineData("2d", 2880)]
    [InlineData("7d", 10080)]
    [InlineData("1m", 1)]
    public void Durations_are_minutes_hours_and_days(string duration, double minutes)
    {
        var window = MaintenanceWindow.Parse($"0 0 1 1 * for {duration} in UTC");
        var start = At("2026-01-01T00:00:00Z");

        Assert.True(window.IsOpenAt(start.AddMinutes(minutes).AddSeconds(-1)));
        Assert.False(window.IsOpenAt(start.AddMinutes(minutes)));
    }

    [Theory]
    [InlineData("", "is not CRON for DURATION in ZONE")]
    [InlineData("0 22 * * FRI", "is not CRON for DURATION in ZONE")]
    [InlineData("0 22 * * FRI for 4h", "is not CRON for DURATION in ZONE")]
    [InlineData("0 22 * * FRI in UTC for 4h", "is not CRON for DURATION in ZONE")]
    [InlineData("0 22 * * for 4h in UTC", "is not five cron fields")]
    [InlineData("0 25 * * FRI for 4h in UTC", "is not five cron fields")]
    [InlineData(" for 4h in UTC", "is not five cron fields")]
    [InlineData("0 22 * * FRI for in UTC", "is not CRON for DURATION in ZONE")]
    [InlineData("0 22 * * FRI for  in UTC", "is not a duration")]
    [InlineData("0 22 * * FRI for 4h in Europe/../UTC", "is not a known IANA time zone")]
    [InlineData("0 22 * * FRI for 65536m in UTC", "is not a duration")]
    [InlineData("0 22 * * FRI for 0h in UTC", "is not a duration")]
    [InlineData("0 22 * * FRI for 4 in UTC", "is not a duration")]
    [InlineData("0 22 * * FRI for 59s in UTC", "is not a duration between one minute and one week")]
    [InlineData("0 22 * * FRI for 169h in UTC", "is not a duration")]
    [InlineData("0 22 * * FRI for 8d in UTC", "is not a duration")]
    [InlineData("0 22 * * FRI for -4h in UTC", "is not a duration")]
    [InlineData("0 22 * * FRI for 99999999999h in UTC", "is not a duration")]
    [InlineData("0 22 * * FRI for 4h in Mars/Base", "is not a known IANA time zone")]
    [InlineData("0 22 * * FRI for 4h in ../../etc/passwd", "is not a known IANA time zone")]
    [InlineData("0 22 * * FRI for 4h in /etc/localtime", "is not a known IANA time zone")]
    [InlineData("0 22 * * FRI for 4h in  ", "is not a known IANA time zone")]
    public void What_is_no_window_is_said_to_be_none_and_why(string text, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => MaintenanceWindow.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void There_are_at_most_32_of_at_most_256_characters()
    {
        var window = "0 1 * * * for 1h in UTC";

        Assert.Equal(32, MaintenanceWindow.ParseAll(string.Join(';', Enumerable.Repeat(window, 32))).Length);
        Assert.Equal(
            "there are more than 32 windows",
            Assert.Throws<FormatException>(() => MaintenanceWindow.ParseAll(string.Join(';', Enumerable.Repeat(window, 33)))).Message);
        Assert.NotNull(MaintenanceWindow.Parse(window.PadRight(256)));
        Assert.EndsWith(
            " is longer than 256 characters",
            Assert.Throws<FormatException>(() => MaintenanceWindow.Parse(window.PadRight(257))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Etc/GMT+5")]
    [InlineData("America/Port-au-Prince")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("EST5EDT")]
    public void Zones_are_those_of_the_tz_database(string zone) =>
        Assert.Equal($"0 1 * * * for 1h in {zone}", MaintenanceWindow.Parse($" 0 1 * * * for 1h in {zone} ").ToString());

    [Fact]
    public void Several_stand_in_one_annotation() =>
        Assert.Equal(
            ["0 1 * * * for 1h in UTC", "0 2 * * * for 1h in UTC", "0 3 * * * for 1h in UTC"],
            MaintenanceWindow.ParseAll("0 1 * * * for 1h in UTC; 0 2 * * * for 1h in UTC\n0 3 * * * for 1h in UTC;")
                .Select(window => window.ToString()));

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}

public sealed class MaintenanceWindowsTests() : RuleTests("maintenanceWindows")
{
    private const string Open = "0 11 * * * for 2h in UTC";
    private const string Closed = "0 22 * * FRI for 4h in Europe/Berlin";
    private const string ClosedLonger = "0 22 * * SAT for 4h in Europe/Berlin";

    public override RefusedMove RefusedMove =>
        new() { Options = new PolicyOptions { MaintenanceWindows = [MaintenanceWindow.Parse("0 22 * * FRI for 4h in Europe/Berlin")] } };

    [Fact]
    public void Where_there_are_no_windows_it_is_always_time() => Keeps(Move());

    [Fact]
    public void Outside_the_clusters_windows_the_refusal_says_when_the_next_one_opens() => Assert.Equal(
        "no maintenance window of this cluster is open, the next one opens 2026-11-27 22:00 (Europe/Berlin, UTC+01:00); try again then",
        Breaks(InCluster(ClosedLonger, Closed)));

    [Fact]
    public void One_open_window_is_enough() => Keeps(InCluster(Closed, Open));

    [Fact]
    public void A_window_that_never_opens_again_is_said_so() =>
        Assert.Contains("none of them will open again", Breaks(InCluster("0 0 30 2 * for 1h in UTC")), StringComparison.Ordinal);

    [Fact]
    public void Every_tenant_concerned_has_its_say()
    {
        Assert.Contains("of tenant \"oil\"", Breaks(Move(Oil with { MaintenanceWindows = Closed })), StringComparison.Ordinal);
        Assert.Contains("of tenant \"gas\"", Breaks(Move(target: Gas with { MaintenanceWindows = Closed })), StringComparison.Ordinal);
        Assert.Equal(
            3,
            Rule.Check(
                InCluster(Closed) with
                {
                    Sources = [Oil with { MaintenanceWindows = Closed }],
                    Target = Gas with { MaintenanceWindows = Closed },
                }).Count());
        Keeps(Move(Oil with { MaintenanceWindows = Open }, Gas with { MaintenanceWindows = $"{Closed};{Open}" }));
    }

    [Fact]
    public void An_annotation_that_can_not_be_read_keeps_everything_closed_until_it_is_fixed() => Assert.Equal(
        "tenant \"gas\" has an annotation admissionguard.io/maintenance-windows that is invalid: "
        + "\"whenever\" is not CRON for DURATION in ZONE, as in 0 22 * * FRI for 4h in Europe/Berlin; fix it first",
        Breaks(Move(target: Gas with { MaintenanceWindows = $"{Open};whenever" })));

    [Fact]
    public void A_release_asks_the_tenant_that_is_left() => Breaks(Move(Oil with { MaintenanceWindows = Closed }) with { Target = null });

    private static PolicyContext InCluster(params string[] windows) =>
        Move() with { Options = new PolicyOptions { MaintenanceWindows = [.. windows.Select(MaintenanceWindow.Parse)] } };
}
