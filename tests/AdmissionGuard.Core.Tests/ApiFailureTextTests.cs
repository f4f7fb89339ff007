namespace AdmissionGuard.Core.Tests;

/// <summary>What is told of a failure of the API server, and to whom.</summary>
public sealed class ApiFailureTextTests
{
    private const string Address = "the API server at https://10.0.0.1:6443";

    [Theory]
    [InlineData(ApiFailureKind.Answered, 403, "the API server answered 403 to the guard", "the API server answered 403")]
    [InlineData(ApiFailureKind.Answered, 401, "the API server answered 401 to the guard", "the API server answered 401")]
    [InlineData(ApiFailureKind.Answered, 500, "the API server answered 500", "the API server answered 500")]
    [InlineData(ApiFailureKind.Answered, 429, "the API server answered 429", "the API server answered 429")]
    [InlineData(ApiFailureKind.Unreachable, 0, "the API server is unreachable", $"{Address} is unreachable: a cause")]
    [InlineData(ApiFailureKind.CircuitOpen, 0, "the API server is unreachable", $"{Address} is unreachable")]
    [InlineData(ApiFailureKind.TimedOut, 0, "the API server did not answer in time", $"{Address} did not answer in time")]
    [InlineData(ApiFailureKind.Unreadable, 200, "the API server's response is invalid", "the API server's response is invalid")]
    [InlineData(
        ApiFailureKind.TooLarge,
        200,
        "the API server's response is longer than a detail",
        "the API server's response is longer than a detail")]
    [InlineData(ApiFailureKind.Credentials, 0, "the guard's credentials are invalid", "a cause")]
    [InlineData(
        ApiFailureKind.OtherObject, 200, "the API server returned an unexpected object", "the API server returned an unexpected object")]
    [InlineData(
        ApiFailureKind.UnnamedNotFound,
        404,
        "the API server answered 404 without naming the tenant",
        "the API server answered 404 without naming the tenant")]
    [InlineData(ApiFailureKind.Undecided, 201, "the authorizer could not decide", "the authorizer could not decide")]
    [InlineData(ApiFailureKind.Conflict, 409, "it was changed since it was read", "it was changed since it was read")]
    [InlineData(ApiFailureKind.Unexpected, 0, "the call failed (a detail)", "the call failed (a detail)")]
    public void Only_who_runs_the_program_is_told_the_address_and_the_cause(
        ApiFailureKind kind, int status, string toUser, string toOperator)
    {
        var failure = new ApiFailure(kind, status) { Server = Address, Cause = "a cause", Detail = "a detail" };

        Assert.Equal(toUser, ApiFailureText.ForUser(failure));
        Assert.Equal(toOperator, ApiFailureText.ForOperator(failure));
    }

    [Theory]
    [InlineData(ApiFailureKind.Unreachable, "the API server is unreachable")]
    [InlineData(ApiFailureKind.TimedOut, "the API server did not answer in time")]
    [InlineData(ApiFailureKind.Credentials, "the credentials are invalid")]
    public void Without_an_address_and_a_cause_the_operator_is_told_the_failure_alone(ApiFailureKind kind, string text) =>
        Assert.Equal(text, ApiFailureText.ForOperator(new ApiFailure(kind)));

    [Fact]
    public void A_request_that_took_too_long_is_named_to_the_operator_only()
    {
        var failure = new ApiFailure(ApiFailureKind.TimedOut)
        {
            Server = Address,
            Unanswered = "GET /version within 30s (--request-timeout)",
        };

        Assert.Equal("the API server did not answer in time", ApiFailureText.ForUser(failure));
        Assert.Equal($"{Address} did not answer GET /version within 30s (--request-timeout)", ApiFailureText.ForOperator(failure));
    }

    [Fact]
    public void A_status_code_comes_without_details()
    {
        var failure = ApiFailure.Answered(500);

        Assert.Equal(("", "", ""), (failure.Detail, failure.Server, failure.Cause));
    }

    [Theory]
    [InlineData(ApiFailureKind.Answered, 403, "permission denied (403)")]
    [InlineData(ApiFailureKind.Answered, 401, "the API server does not accept your credentials (401)")]
    [InlineData(ApiFailureKind.Answered, 404, "the API server answered 404")]
    [InlineData(ApiFailureKind.OtherObject, 403, "the API server returned an unexpected object")]
    [InlineData(ApiFailureKind.Unreachable, 0, $"{Address} is unreachable: a cause")]
    [InlineData(ApiFailureKind.Credentials, 0, "a cause")]
    public void A_refused_reader_is_told_so_and_of_any_other_failure_what_an_operator_is_told(
        ApiFailureKind kind, int status, string text) =>
        Assert.Equal(text, ApiFailureText.ForReader(new ApiFailure(kind, status) { Server = Address, Cause = "a cause" }));

    [Fact]
    public void Every_kind_has_words_of_its_own_beside_those_of_a_circuit_that_is_open() => Assert.Equal(
        Enum.GetValues<ApiFailureKind>().Length - 1,
        Enum.GetValues<ApiFailureKind>()
            .Select(kind => ApiFailureText.ForUser(new ApiFailure(kind)))
            .Distinct(StringComparer.Ordinal)
            .Count());
}
