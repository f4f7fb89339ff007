using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Planning.Contents;

namespace AdmissionGuard.Tests.Planning;

public sealed class AllowedClassesTests
{
    [Theory]
    [InlineData("{}", "Fits: tenant \"gas\" allows all")]
    [InlineData("""{"allowed":["fast"]}""", "Fits: all allowed")]
    [InlineData("""{"default":"fast"}""", "Fits: all allowed")]
    [InlineData("""{"allowedRegex":"^f"}""", "Fits: all allowed")]
    [InlineData("""{"allowed":["slow"],"allowedRegex":"^s"}""", "Unfit: tenant \"gas\" does not allow \"fast\" of one, two")]
    [InlineData("""{"allowedRegex":"("}""", "Unknown: \"fast\" of one, two may be allowed by an invalid pattern, \"(\"")]
    [InlineData(
        """{"allowedRegex":"^[a-z\\s-_]+$"}""", "Unknown: \"fast\" of one, two may be allowed by an invalid pattern, \"^[a-z\\s-_]+$\"")]
    [InlineData(
        """{"matchLabels":{"speed":"high"}}""", "Unknown: \"fast\" of one, two can be allowed only by its labels, which are not checked")]
    public void Classes_are_allowed_as_Capsule_allows_them(string spec, string expected)
    {
        var found = Assert.Single(
            new AllowedClasses(JsonNode.Parse(spec)).Compare("classes", [("fast", "one"), ("fast", "two")], "tenant \"gas\""));

        Assert.Equal(expected, $"{found.Fit}: {found.Message}");
    }

    [Fact]
    public void Of_many_users_of_a_class_the_first_are_named()
    {
        var found = Assert.Single(
            new AllowedClasses(JsonNode.Parse("""{"allowed":["slow"]}""")).Compare(
                "classes", Enumerable.Range(1, 5).Select(each => ("fast", $"{each}")), "gas"));

        Assert.Equal("gas does not allow \"fast\" of 1, 2, 3 and 2 more", found.Message);
    }
}
