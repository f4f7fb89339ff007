using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Probing;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Registering;

/// <summary>Sets the validator's failurePolicy to Fail, as soon as the guard answers the API server.</summary>
/// <param name="options">The command's options.</param>
/// <param name="calls">Sends the requests.</param>
/// <param name="tenant">What a tenant is.</param>
/// <param name="time">The clock.</param>
/// <param name="terminal">Where it is reported.</param>
internal sealed class Registration(
    RegisterOptions options, ApiServerClient calls, TenantKind tenant, TimeProvider time, Terminal terminal)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly ExpectedWebhook Standard = ExpectedWebhook.Validator;

    private string Path =>
        $"apis/admissionregistration.k8s.io/v1/{RegisteredWebhook.ValidatingPlural}/{Uri.EscapeDataString(options.Webhooks)}";

    private string What => $"validatingwebhookconfiguration.admissionregistration.k8s.io \"{options.Webhooks}\"";

    /// <summary>Reads the configuration, opens the connection, and waits and registers.</summary>
    /// <param name="options">The command's options.</param>
    /// <param name="terminal">Where it is reported, errors too.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The exit code: <see cref="ExitCode.BadInput"/> if the configuration or the kubeconfig can't be read.</returns>
    public static async Task<int> RunAsync(RegisterOptions options, Terminal terminal, CancellationToken cancellation)
    {
        var reading = new ConfigurationReader(options.Config, options.Set).Read();
        if (!reading.IsGood)
        {
            return terminal.Fail(ConfigurationError.ToLines(reading.Errors), ExitCode.BadInput);
        }

        try
        {
            await using var session = ClusterSession.Open(options.Kubeconfig, options.Context, terminal, options.RequestTimeout);
            return await new Registration(options, session.Calls, reading.Options.Tenant, TimeProvider.System, terminal)
                .RunAsync(cancellation);
        }
        catch (ConnectionSourceException e)
        {
            return terminal.Fail([e.Message], ExitCode.BadInput);
        }
    }

    /// <summary>Waits and registers.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using var wait = new Deadline(time, options.Wait, cancellation);
        Attempt attempt;
        var progress = new Progress("register", terminal, time);
        await using (progress)
        {
            progress.Await("reading the validating webhook configuration");
            while (true)
            {
                attempt = await TryAsync(cancellation);
                if (attempt.Code is not null || wait.Remaining < Pause)
                {
                    break;
                }

                progress.Await(attempt.Text);
                await Task.Delay(Pause, time, cancellation);
            }
        }

        if (attempt.Code is ExitCode.Done)
        {
            terminal.Write($"{What} {attempt.Text}");
            return ExitCode.Done;
        }

        var (end, code) = attempt.Code is { } final ? (attempt.Text, final)
            : ($"still {attempt.Text} after {DurationText.Format(options.Wait)}", ExitCode.Unreachable);
        return terminal.Fail([$"{What}: {end}; its failurePolicy was not changed"], code);
    }

    private async Task<Attempt> TryAsync(CancellationToken cancellation)
    {
        switch (await new ClusterReader(calls, time, cancellation).GetAsync(Path))
        {
            case ReadResult<JsonObject>.Found read when ValidatorIn(read.Value) is { } validator:
                return await TryAsync(validator, cancellation);
            case ReadResult<JsonObject>.Found:
                return new Attempt($"it has no webhook {Standard.Name}", ExitCode.Refused);
            case ReadResult<JsonObject>.NotFound:
                return new Attempt("not found", ExitCode.Refused);
            case ReadResult<JsonObject>.Failed failed when failed.Failure is { Kind: ApiFailureKind.Answered, Status: 401 or 403 }:
                return new Attempt(ApiFailureText.ForReader(failed.Failure), ExitCode.Refused);
            case ReadResult<JsonObject>.Failed failed:
                return new Attempt($"waiting for the API server ({ApiFailureText.ForOperator(failed.Failure)})");
            case var other:
                throw new InvalidOperationException($"unknown result {other}");
        }
    }

    private async Task<Attempt> TryAsync(RegisteredWebhook validator, CancellationToken cancellation)
    {
        if (validator.Node.At("failurePolicy").Text() == "Fail")
        {
            return new Attempt("has failurePolicy Fail", ExitCode.Done);
        }

        if (validator.Node.At("clientConfig", "caBundle").Text() is not { Length: > 0 })
        {
            return new Attempt($"waiting for the caBundle of {Standard.Name}");
        }

        // The mutator is not called for a subresource, so the answer is the validator's.
        var @namespace = validator.Node.At("clientConfig", "service", "namespace").Text() ?? new GuardOptions().OwnNamespace;
        var answer = await new AdmissionProbe(calls, time, cancellation).SendAsync(@namespace, "status", tenant);
        if (Fault(answer) is { } instead)
        {
            return new Attempt($"waiting for the guard to answer the API server ({instead})");
        }

        // A configuration that was written meanwhile is read again.
        return await FailAsync(validator, cancellation) switch
        {
            null => new Attempt("now has failurePolicy Fail", ExitCode.Done),
            { Kind: ApiFailureKind.Answered, Status: 401 or 403 } refused =>
                new Attempt(ApiFailureText.ForReader(refused), ExitCode.Refused),
            var failure => new Attempt($"waiting for the API server ({ApiFailureText.ForOperator(failure)})"),
        };
    }

    private static RegisteredWebhook? ValidatorIn(JsonObject configuration) =>
        RegisteredWebhook.Of(RegisteredWebhook.ValidatingPlural, [configuration]).FirstOrDefault(each => each.Name == Standard.Name);

    /// <summary>What came instead of the guard's answer; <see langword="null"/> if the guard answered.</summary>
    private static string? Fault(ProbeAnswer answer) => answer switch
    {
        ProbeAnswer.Refused refused when refused.Webhook != Standard.Name =>
            $"another webhook, {refused.Webhook}, refused the dry run: {refused.Message}",
        ProbeAnswer.Refused { IsInGuardsWords: true } => null,
        ProbeAnswer.Refused refused => $"{refused.Webhook} answered, but not like the guard: {refused.Message}",
        ProbeAnswer.NotAnswered failed => $"the API server got no answer from {failed.Webhook}: {failed.Why}",
        ProbeAnswer.Admitted => "the API server admitted what the guard refuses",
        ProbeAnswer.NotPermitted => "missing permission: patch on namespaces/status",
        ProbeAnswer.Other other => other.Why,
        _ => throw new ArgumentException($"unknown answer: {answer}", nameof(answer)),
    };

    private async Task<ApiFailure?> FailAsync(RegisteredWebhook validator, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, Deadline.Longest, cancellation);
        return await calls.SendAsync(
            ApiCall.PatchWebhooks,
            root =>
            {
                var patch = validator.PatchOf([validator.Change("failurePolicy", "Fail")]).ToJsonString();
                var content = new StringContent(patch, new MediaTypeHeaderValue("application/json-patch+json"));
                return new HttpRequestMessage(HttpMethod.Patch, new Uri(root, Path)) { Content = content };
            },
            static (response, _) => Task.FromResult(
                response.StatusCode is HttpStatusCode.OK ? null : ApiFailure.Answered((int)response.StatusCode)),
            static failure => (ApiFailure?)failure,
            deadline);
    }

    /// <summary>What came of one attempt.</summary>
    /// <param name="Text">The result, or what is waited for.</param>
    /// <param name="Code">The exit code; <see langword="null"/> to try again.</param>
    private sealed record Attempt(string Text, int? Code = null);
}
