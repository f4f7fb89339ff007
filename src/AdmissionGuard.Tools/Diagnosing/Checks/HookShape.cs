using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>One of the guard's webhooks is asked about all that it must see.</summary>
/// <param name="name">The check's name.</param>
/// <param name="standard">What the webhook is to be like.</param>
internal sealed class HookShape(string name, HookStandard standard) : ICheck
{
    public string Name => name;

    public string Summary => standard.IsMutating
        ? "The mutator is asked about CREATE and UPDATE of namespaces, leaves out none but kube-system, and is called again after others."
        : "The validator is asked about CREATE and UPDATE of namespaces and their sub-resources, leaves out none, and refuses where it can't answer.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        if (await patient.HookAsync(standard) is not { } hook)
        {
            return [];
        }

        var deviations = HookDeviations.Of(hook, standard).ToList();
        if (deviations is [])
        {
            return [Diagnosis.Ok($"it is asked about {string.Join(", ", standard.Resources)}; failurePolicy {standard.FailurePolicy}")];
        }

        var words = string.Join("; ", deviations.Select(each => each.Words));
        // AKS puts a selector of its own into every configuration, again and again.
        var hint = words.Contains("namespaceSelector", StringComparison.Ordinal) ? "as deploy/base/webhooks.yaml has it; on AKS, annotate it with admissions.enforcer/disabled=true first:" : "as deploy/base/webhooks.yaml has it:";
        return [new Diagnosis(deviations.Exists(each => each.IsUnsafe) ? Health.Failed : Health.Warning, words, new Fix(hint, hook.Patch(deviations.Select(each => each.Operation))))];
    }
}
