using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Deploy.Tests.Deploying;

/// <summary>The configurations that are installed: the guard starts on each of them.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class RenderedConfigurationTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Overlays() =>
        [.. Manifest.Overlays];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task The_guard_starts_on_the_configuration_of_every_overlay(string overlay) =>
        await StartsAsync(await (await ClientTools.FindAsync()).KustomizeAsync(Repository.File("deploy", "overlays", overlay)));

    [Theory]
    [InlineData("replicas=3")]
    [InlineData("configuration.mode=audit")]
    [InlineData("configuration.rules.reasonGiven=false")]
    public async Task The_guard_starts_on_the_configuration_of_the_chart_by_default_and_with_values(string value) =>
        await StartsAsync((await Manifest.HelmAsync("--set", value)).Ok());

    private async Task StartsAsync(string rendered)
    {
        var configuration = (string?)Manifest.Read(rendered).One("ConfigMap")["data"]!["config.yaml"];
        Assert.NotNull(configuration);
        _folder.Write(configuration);

        await using var guard = await RunningGuard.StartAsync(config: _folder.File);

        using var answer = await guard.Http.GetAsync(new Uri(guard.Health, "livez"), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
