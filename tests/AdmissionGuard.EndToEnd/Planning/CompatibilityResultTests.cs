namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>What a namespace brings along that its new tenant does not allow.</summary>
public sealed class CompatibilityResultTests(GuardedCluster cluster)
{
    [Fact]
    public async Task It_is_all_reported_and_refuses_nothing()
    {
        var (scene, planner) = (await cluster.SceneAsync(), await Planners.CreateAsync(cluster.Plane));
        await FillAsync(scene);
        await BrokenRule.PatchAsync(scene, scene.Gas, """
            {"spec":{
              "resourceQuotas":{"scope":"Namespace","items":[{"hard":{"requests.cpu":"1","requests.memory":"1Gi","pods":"10","services":"3"}}]},
              "storageClasses":{"allowed":["slow"]},
              "ingressOptions":{"allowedClasses":{"allowedRegex":"^public-"}},
              "nodeSelector":{"pool":"gas"}}}
            """);

        var plan = await PlanAnswer.OfAsync(planner, scene.Namespace, scene.Gas, "mover");

        Assert.Equal(0, plan.ExitCode);
        Assert.Equal(
            [
                $"Unfit quota: requests.cpu: {scene.Namespace} uses 1500m, tenant \"{scene.Gas}\" has 1",
                "Unknown quota: not counted here: services",
                $"Unfit storage classes: tenant \"{scene.Gas}\" does not allow \"fast\" of data",
                $"Unfit ingress classes: tenant \"{scene.Gas}\" does not allow \"internal\" of web",
                $"Unfit node selector: the namespace has pool=oil, tenant \"{scene.Gas}\" sets pool=gas: running pods stay on their nodes, new pods are scheduled by it",
            ],
            plan.CompatibilityChecks);
    }

    [Fact]
    public async Task What_a_tenant_says_nothing_of_fits()
    {
        var (scene, planner) = (await cluster.SceneAsync(), await Planners.CreateAsync(cluster.Plane));
        await FillAsync(scene);

        var plan = await PlanAnswer.OfAsync(planner, scene.Namespace, scene.Gas, "mover");

        Assert.Equal(
            [
                $"Fits quota: tenant \"{scene.Gas}\" has none",
                $"Fits storage classes: tenant \"{scene.Gas}\" allows all",
                $"Fits ingress classes: tenant \"{scene.Gas}\" allows all",
                $"Unfit node selector: the namespace keeps pool=oil, but tenant \"{scene.Gas}\" has none: Capsule does not remove the annotation, remove it yourself",
            ],
            plan.CompatibilityChecks);
    }

    [Fact]
    public async Task A_quota_of_the_whole_tenant_counts_what_its_other_namespaces_use()
    {
        var (scene, planner) = (await cluster.SceneAsync(), await Planners.CreateAsync(cluster.Plane));
        await FillAsync(scene);
        var other = await scene.NewNamespaceAsync();
        await cluster.Plane.Admin.ApplyAsync($$"""
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: capsule-{{scene.Gas}}-0, namespace: {{other}}}
            spec: {hard: {configmaps: "9", requests.cpu: "2"} }
            """);
        await Poll.UntilAsync(
            "the quota's use",
            TimeSpan.FromMinutes(1),
            async () => (await cluster.Plane.Admin.OkAsync(
                "get",
                "resourcequota",
                "--namespace",
                other,
                "-o",
                "jsonpath={.items[0].status.used}")).Contains("requests.cpu", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await AddPodAsync(other, "other", "1");
        await Poll.UntilAsync(
            "the pod in the quota",
            TimeSpan.FromMinutes(1),
            async () => await cluster.Plane.Admin.OkAsync(
                "get", "resourcequota", "--namespace", other, "-o", "jsonpath={.items[0].status.used.requests\\.cpu}") == "1",
            TestContext.Current.CancellationToken);
        await BrokenRule.PatchAsync(scene, scene.Gas, """{"spec":{"resourceQuotas":{"items":[{"hard":{"requests.cpu":"2"}}]}}}""");

        var plan = await PlanAnswer.OfAsync(planner, scene.Namespace, scene.Gas, "mover");

        Assert.Contains(
            $"Unfit quota: requests.cpu: {scene.Namespace} uses 1500m in addition to 1 that the tenant already uses, tenant \"{scene.Gas}\" has 2",
            plan.CompatibilityChecks);
    }

    private async Task FillAsync(Scene scene)
    {
        await cluster.Plane.Admin.OkAsync("annotate", "ns", scene.Namespace, "scheduler.alpha.kubernetes.io/node-selector=pool=oil");
        await AddPodAsync(scene.Namespace, "web", "1500m");
        await cluster.Plane.Admin.ApplyAsync($$"""
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, namespace: {{scene.Namespace}}}
            spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi} } }
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: {{scene.Namespace}}}
            spec: {ingressClassName: internal, defaultBackend: {service: {name: web, port: {number: 80} } } }
            """);
    }

    private async Task AddPodAsync(string name, string pod, string cpu)
    {
        await Poll.UntilAsync(
            "the service account",
            TimeSpan.FromMinutes(1),
            async () => (await cluster.Plane.Admin.RunAsync("get", "serviceaccount", "default", "--namespace", name)).ExitCode == 0,
            TestContext.Current.CancellationToken);
        await cluster.Plane.Admin.ApplyAsync($$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: {{pod}}, namespace: {{name}}}
            spec: {containers: [{name: main, image: none.example.com/none, resources: {requests: {cpu: {{cpu}}, memory: 512Mi} } }]}
            """);
    }
}
