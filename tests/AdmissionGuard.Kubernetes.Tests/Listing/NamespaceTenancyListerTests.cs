using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Listing;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Kubernetes.Tests.Listing;

/// <summary>Lists are read in pages, however large people made the objects.</summary>
public sealed class NamespaceTenancyListerTests
{
    private const int Namespaces = 130;

    [Fact]
    public async Task Where_a_page_is_too_large_smaller_ones_are_read_from_the_same_place_on()
    {
        // As large as an API server admits them, and as it writes them at the worst: six bytes for each.
        var annotation = new string('x', 256 << 10);
        await using var it = await CallsOfStub.StartAsync((context, _) => PageAsync(context, annotation));

        var listing = await new NamespaceTenancyLister(it.Calls, new TenantKind(), it.Time).NamespacesAsync(
            TestContext.Current.CancellationToken);

        var found = Assert.IsType<ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>>>.Found>(listing);
        Assert.Equal(Enumerable.Range(0, Namespaces).Select(number => $"ns-{number}"), found.Value.Select(item => item.Key));
        Assert.Equal(
            ["?limit=500", "?limit=62", "?limit=62&continue=62", "?limit=62&continue=124"],
            it.Server.Requests.Select(request => request.Path.Split('/')[^1]["namespaces".Length..]));
    }

    [Fact]
    public async Task A_list_of_which_not_even_one_object_can_be_read_fails()
    {
        await using var it = await CallsOfStub.StartAsync(static (context, _) =>
        {
            context.Response.ContentLength = 1L << 30;
            return context.Response.Body.FlushAsync(context.RequestAborted);
        });

        var listing = await new NamespaceTenancyLister(it.Calls, new TenantKind(), it.Time).NamespacesAsync(
            TestContext.Current.CancellationToken);

        Assert.Equal((ApiFailureKind.TooLarge, "16 MiB"), (FailureOf(listing).Kind, FailureOf(listing).Detail));
        Assert.Equal(["500", "62", "7", "1"], it.Server.Requests.Select(request => request.Path.Split('=')[^1]));
    }

    [Theory]
    [InlineData("PodList")]
    [InlineData("Namespace")]
    [InlineData("Status")]
    public async Task A_list_of_something_else_is_not_taken_for_it(string kind)
    {
        await using var it = await CallsOfStub.StartAsync(
            (context, _) => StubServer.JsonAsync(context, 200, $$"""{"kind":"{{kind}}","items":[]}"""));

        var listing = await new NamespaceTenancyLister(it.Calls, new TenantKind(), it.Time).NamespacesAsync(
            TestContext.Current.CancellationToken);

        Assert.Equal(ApiFailureKind.OtherObject, FailureOf(listing).Kind);
    }

    private static ApiFailure FailureOf(ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>>> listing) =>
        Assert.IsType<ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>>>.Failed>(listing).Failure;

    private static Task PageAsync(HttpContext context, string annotation)
    {
        var (from, limit) = (Number("continue", 0), Number("limit", Namespaces));
        var items = Enumerable.Range(from, Math.Min(limit, Namespaces - from)).Select(number => new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"ns-{number}", ["annotations"] = new JsonObject { ["note"] = annotation } },
        });
        return StubServer.JsonAsync(context, 200, new JsonObject
        {
            ["kind"] = "PartialObjectMetadataList",
            ["metadata"] = new JsonObject { ["continue"] = from + limit < Namespaces ? $"{from + limit}" : "" },
            ["items"] = new JsonArray([.. items]),
        }.ToJsonString());

        int Number(string key, int otherwise) =>
            int.TryParse(context.Request.Query[key], CultureInfo.InvariantCulture, out var number) ? number : otherwise;
    }
}
