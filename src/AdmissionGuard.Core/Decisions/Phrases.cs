using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>The guard's words: every sentence that a person reads is made here.</summary>
internal sealed class Phrases(GuardOptions options)
{
    private const string Prefix = "AdmissionGuard: ";

    /// <summary>What is wanted, as in "may not …".</summary>
    public static string Action(NamespaceRequest request, Transition transition)
    {
        var name = request.Name.Length == 0 ? "a namespace" : $"namespace {Text.Name(request.Name)}";
        var target = Text.Name(transition.Target ?? "");
        return transition.Kind switch
        {
            TransitionKind.Adopt when request.IsCreate => $"create {name} in tenant {target}",
            TransitionKind.Adopt or TransitionKind.Migrate when transition.Released is [] => $"bring {name} into tenant {target}",
            TransitionKind.Adopt or TransitionKind.Migrate => $"move {name} {From(transition)}to {target}",
            TransitionKind.Release => $"release {name} from {Tenants(transition)}",
            TransitionKind.Repair => $"repair the tenancy of {name} in tenant {target}",
            _ when request.IsCreate => $"create {name}",
            _ => $"change the tenancy of {name}",
        };
    }

    public string Needs(IReadOnlyList<Need> missing) =>
        $"needs {Text.Join([.. missing.Select(need => $"\"{need.Verb}\" on {options.Tenant.Resource} {Text.Quote(need.Tenant)}")])}";

    public static string Refusal(DenyReason reason, NamespaceRequest request, Transition transition, IEnumerable<string> reasons)
    {
        var (who, action) = (Text.Name(request.User.Name), Action(request, transition));
        var why = string.Join("; ", reasons);
        return reason switch
        {
            DenyReason.Forbidden => $"{who} may not {action}: {why}",
            DenyReason.Unavailable or DenyReason.Busy => $"{who} can't {action} now: {why}; try again in a second",
            DenyReason.Conflict => $"{who} can't {action} as asked: {why}; try again",
            _ => $"{who} can't {action}: {why}",
        };
    }

    public static string LookupFailed(string tenant, string why) => $"tenant {Text.Quote(tenant)} could not be looked up ({why})";

    public static string ReviewFailed(Need need, string why) =>
        $"the access review for \"{need.Verb}\" on tenant {Text.Quote(need.Tenant)} failed ({why})";

    public static string CapsuleUnknown(string why) => $"the CapsuleConfiguration could not be read ({why})";

    public const string Busy = "too many look-ups are under way";

    public static string Absent(string tenant, IReadOnlyCollection<string> suggestions) =>
        $"tenant {Text.Quote(tenant)} does not exist{(suggestions.Count == 0 ? "" : $" (did you mean {Text.List(suggestions)}?)")}; if it is still on its way, try again once it is there";

    public static string BadName(string tenant) => $"{Text.Quote(tenant)} is not a valid name of a tenant; take one that `kubectl get tenants` shows";

    public static string TenantTerminating(string tenant) => $"tenant {Text.Quote(tenant)} is being deleted and takes no namespace; take another, or wait until it is made anew";

    public static string Broken(Finding finding) => $"rule {finding.Rule}: {finding.Words}";

    public static string OverrideRemoved(string target) =>
        "to override the rules, add --field-manager='override: WHY' to the kubectl command: "
        + $"tenant {Text.Quote(target)} keeps no metadata but its own (managedMetadataOnly)";

    public static string NotCompleted(string target) =>
        "an update by one of the tenant.controllers is not completed; "
        + $"label and ownerReference must both name tenant {Text.Quote(target)}, with its live uid";

    public string SubResource(NamespaceRequest request, Transition transition)
    {
        var change = transition.Kind is TransitionKind.Release ? "-" : $"={Text.Name(transition.Target ?? "TENANT")} --overwrite";
        return $"the sub-resource {Text.Quote(request.SubResource)} can't change a tenancy; use: kubectl label ns {Text.Name(request.Name)} {options.Tenant.LabelKey}{change}";
    }

    public const string NamespaceTerminating = "the namespace is being deleted, and its tenancy stays as it is until it is gone; make the change on a new one";

    public const string Incomplete = "label and ownerReference do not agree yet: the mutating webhook mutate.admissionguard.io did not run, or another one undid its work";

    public static string UidChanged(string tenant, string asked, string live) =>
        $"the ownerReference has uid {Text.ShortUid(asked)}, tenant {Text.Quote(tenant)} now has {Text.ShortUid(live)}";

    public string Warning(NamespaceRequest request, Transition transition, string uid)
    {
        var name = Text.Name(request.Name);
        var target = Text.Name(transition.Target ?? "");
        var reference = $"ownerReference set to {target} (uid {Text.ShortUid(uid)})";
        return Warn(transition.Kind switch
        {
            TransitionKind.Release => $"{name} leaves {Tenants(transition)}; label and ownerReference removed",
            TransitionKind.Repair when transition.PutsBack =>
                $"{name} stays in tenant {target}, its ownerReference was put back; to release it, remove the label {options.Tenant.LabelKey}",
            TransitionKind.Repair => $"{name} stays in tenant {target}; {reference}",
            _ when transition.Released is [] => $"{name} joins tenant {target}; {reference}",
            _ => $"{name} moves {From(transition)}to {target}; {reference}",
        });
    }

    public static string Warned(Finding finding) => Warn($"rule {finding.Rule} (warns only): {finding.Words}");

    public static string Tolerated(string refusal) => Warn($"mode enforce would refuse this: {refusal}");

    public static IEnumerable<string> Lifted(NamespaceRequest request, Tenant? target, IReadOnlyCollection<string> rules)
    {
        if (rules.Count == 0)
        {
            return [];
        }

        var why = Text.Sentence(request.EffectiveJustification(target).Override);
        return [Warn($"override by {Text.Name(request.User.Name)} lifts {string.Join(", ", rules)}: {why}")];
    }

    public static string BrokenTenancy(NamespaceRecord stored)
    {
        var name = Text.Name(stored.Name);
        var label = Text.Quote(stored.Tenancy.Label ?? "");
        var references = Text.List(stored.Tenancy.ReferencedTenants);
        return Warn(stored.Tenancy.State switch
        {
            TenancyState.LabelOnly => $"{name} has the tenant label {label} and no ownerReference, so it belongs to no tenant",
            TenancyState.OwnerOnly => $"{name} has an ownerReference to tenant {references} and no tenant label",
            _ when stored.Tenancy.LabelledTenant is null => $"{name} has ownerReferences to tenants {references} and no tenant label",
            _ => $"{name} has the tenant label {label} and ownerReferences to {references}",
        });
    }

    private static string Warn(string text) => Text.Cut(Prefix + text, Text.MaxWarning);

    private static string Tenants(Transition transition) => transition.Released switch
    {
        [] => "its tenant",
        [var only] => $"tenant {Text.Name(only)}",
        var several => $"tenants {Text.List(several)}",
    };

    private static string From(Transition transition) => $"from {Tenants(transition)} ";
}
