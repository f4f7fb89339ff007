using AdmissionGuard.TestCluster;

namespace AdmissionGuard.TryOut;

/// <summary>What a person sees in the first minute.</summary>
internal static class Show
{
    public static async Task<int> RunAsync(bool once, CancellationToken cancellation)
    {
        try
        {
            await using var plane = await ControlPlane.StartAsync(Console.Error.WriteLine, cancellation);
            await Console.Error.WriteLineAsync("AdmissionGuard: starting");
            await using var guard = await Guard.StartAsync(plane, cancellation);
            await TestUsers.CreateAsync(plane);
            await plane.CreateTenantAsync("oil", owner: "alice");
            await plane.CreateTenantAsync("gas", owner: "bob");
            foreach (var name in new[] { "billing", "payroll", "metering" })
            {
                await plane.Admin.ApplyAsync($$$"""
                    apiVersion: v1
                    kind: Namespace
                    metadata: {name: {{{name}}}, labels: {capsule.clastix.io/tenant: oil}}
                    """);
            }

            await PlayAsync(plane);
            if (!once)
            {
                await InviteAsync(plane, cancellation);
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (InvalidOperationException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C goes to a kubectl that runs just now as well.
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"Error: {e.Message}");
            return 1;
        }
    }

    private static async Task PlayAsync(ControlPlane plane)
    {
        var (mover, alice) = (plane.KubectlAs("mover"), plane.KubectlAs("alice"));
        Say("Three namespaces, all in tenant oil. mover may release and adopt; alice may only edit namespaces.");
        await DoAsync(mover, "get", "ns", "billing", "payroll", "metering", "-L", "capsule.clastix.io/tenant");
        Say("mover moves billing, by its label alone:");
        await DoAsync(mover, "label", "ns", "billing", "capsule.clastix.io/tenant=gas", "--overwrite");
        await DoAsync(
            mover,
            "get",
            "ns",
            "billing",
            "-o",
            "custom-columns=NAME:.metadata.name,LABEL:.metadata.labels.capsule\\.clastix\\.io/tenant,OWNER:.metadata.ownerReferences[*].name,UID:.metadata.ownerReferences[*].uid");
        Say("alice may not:");
        await DoAsync(alice, "label", "ns", "payroll", "capsule.clastix.io/tenant=gas", "--overwrite");
        Say("A mistyped UID, with which the garbage collector would delete the namespace, is put right:");
        await DoAsync(
            mover,
            "patch",
            "ns",
            "metering",
            "--type=merge",
            "-p",
            """{"metadata":{"ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"oil","uid":"2952b351-0000-4000-8000-000000000000"}]}}""");
    }

    private static async Task InviteAsync(ControlPlane plane, CancellationToken cancellation)
    {
        Say("It is yours until Ctrl-C. In another terminal:");
        Console.WriteLine($"    export KUBECONFIG={plane.Admin.Kubeconfig}");
        Console.WriteLine("    kubectl label ns payroll capsule.clastix.io/tenant=gas --overwrite --as mover");
        Console.WriteLine();
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private static void Say(string text) => Console.WriteLine($"\n# {text}");

    private static async Task DoAsync(Kubectl kubectl, params string[] arguments)
    {
        Console.WriteLine($"$ kubectl {string.Join(' ', arguments.Select(Quoted))}");
        var answer = await kubectl.RunAsync(arguments);
        Console.Write(answer.Error);
        Console.Write(answer.Output);
    }

    private static string Quoted(string argument) => argument.AsSpan().IndexOfAny("{*\\ ") < 0 ? argument : $"'{argument}'";
}
