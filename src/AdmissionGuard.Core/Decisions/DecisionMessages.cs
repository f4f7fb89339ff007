using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Policies;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Decisions;

/// <summary>The messages of decisions: every sentence that a user reads is created here.</summary>
/// <param name="options">The configuration.</param>
/// <param name="explain">Describes a failure.</param>
internal sealed class DecisionMessages(GuardOptions options, Func<ApiFailure, string> explain)
{
    private const string Prefix = "AdmissionGuard: ";

    // A stored namespace can have thousands of references; an answer names the first ones.
    private const int MostNeeds = 16;

    /// <summary>The requested action, as in "may not …".</summary>
    public static string Action(NamespaceRequest request, Transition transition)
    {
        var name = request.Name.Length == 0 ? "a namespace" : $"namespace {MessageText.Name(request.Name)}";
        return transition.Kind switch
        {
            TransitionKind.Adopt when request.IsCreate => $"create {name} in tenant {Target()}",
            TransitionKind.Adopt or TransitionKind.Migrate when transition.Released is [] => $"bring {name} into tenant {Target()}",
            TransitionKind.Adopt or TransitionKind.Migrate => $"move {name} {From(transition)}to {Target()}",
            TransitionKind.Release => $"release {name} from {Tenants(transition)}",
            TransitionKind.Repair => $"repair the tenancy of {name} in tenant {Target()}",
            _ when request.IsCreate => $"create {name}",
            _ => $"change the tenancy of {name}",
        };

        string Target() => MessageText.Name(transition.Target!);
    }

    public string Needs(IReadOnlyList<RequiredPermission> missing)
    {
        var parts = missing.Take(MostNeeds)
            .Select(need => $"\"{need.Verb}\" on {options.Tenant.Resource} {MessageText.Quote(need.Tenant)}")
            .ToList();
        if (missing.Count > MostNeeds)
        {
            parts.Add($"{missing.Count - MostNeeds} more");
        }

        return $"needs {MessageText.Join(parts)}";
    }

    /// <summary>Replaces a fact about a tenant if the mode would otherwise admit the request.</summary>
    public string Undisclosed(RequiredPermission missing) =>
        $"{Needs([missing])}; this is refused in every mode, and the reason is shown only with that permission";

    public static string Refusal(DenyReason reason, NamespaceRequest request, Transition transition, IEnumerable<string> reasons)
    {
        var (who, action) = (MessageText.User(request.User.Name), Action(request, transition));
        var why = string.Join("; ", reasons);
        return reason switch
        {
            DenyReason.Forbidden => $"{who} may not {action}: {why}",
            DenyReason.Unavailable or DenyReason.Busy => $"{who} can't {action} now: {why}; try again in a second",
            DenyReason.Conflict => $"{who} can't {action} as requested: {why}; try again",
            _ => $"{who} can't {action}: {why}",
        };
    }

    public string LookupFailed(string tenant, ApiFailure failure) =>
        $"tenant {MessageText.Quote(tenant)} could not be looked up ({explain(failure)})";

    public string ReviewFailed(RequiredPermission need, ApiFailure failure) =>
        $"the access review for \"{need.Verb}\" on tenant {MessageText.Quote(need.Tenant)} failed ({explain(failure)})";

    public string CapsuleUnknown(ApiFailure failure) => $"the CapsuleConfiguration could not be read ({explain(failure)})";

    public const string Busy = "too many lookups are in progress";

    public static string Absent(string tenant, IReadOnlyCollection<string> suggestions) =>
        $"tenant {MessageText.Quote(tenant)} does not "
            + $"exist{(suggestions.Count == 0 ? "" : $" (did you mean {MessageText.List(suggestions)}?)")}; if it is about to be created, "
            + "try again once it exists";

    public string NotServed(NamespaceRequest request)
    {
        var resource = $"{options.Tenant.Resource} {options.Tenant.Version}";
        var release = request.Old is { Tenancy.References: not [] }
            ? ", or release the namespace by removing its label and ownerReference"
            : "";
        return $"the API server does not serve {resource}; install its CustomResourceDefinition first{release}";
    }

    public static string BadName(string tenant) =>
        $"{MessageText.Quote(tenant)} is not a valid tenant name; use one that `kubectl get tenants` lists";

    public static string TenantTerminating(string tenant) =>
        $"tenant {MessageText.Quote(tenant)} is being deleted and accepts no namespaces; use another tenant, or wait until it is recreated";

    public static string Broken(PolicyViolation finding) => $"rule {finding.Rule}: {finding.Message}";

    public static string OverrideRemoved(string target) =>
        "to override the rules, add --field-manager='override: WHY' to the kubectl command: "
        + $"tenant {MessageText.Quote(target)} removes metadata that it does not manage (managedMetadataOnly)";

    public static string NotCompleted(string target) =>
        "an update by one of the tenant.controllers is not completed; "
        + $"label and ownerReference must both name tenant {MessageText.Quote(target)}, with its live uid";

    public const string TenancyIsFinal = "the namespace is being deleted and its tenancy can no longer change";

    public const string NamespaceTerminating = TenancyIsFinal + "; make the change on a new one";

    public const string Incomplete =
        "label and ownerReference do not match: the mutating webhook mutate.admissionguard.io did not run, or another webhook reverted "
            + "its change";

    public static string UidChanged(string tenant, string asked, string live) =>
        $"the ownerReference has uid {MessageText.ShortUid(asked)}, tenant {MessageText.Quote(tenant)} now has "
            + $"{MessageText.ShortUid(live)}";

    /// <summary>The warning for an allowed change. Nothing was stored yet, and Capsule may still refuse it.</summary>
    public string Warning(NamespaceRequest request, Transition transition, Tenant? target)
    {
        var name = MessageText.Name(request.Name);
        var warning = transition.Kind switch
        {
            TransitionKind.Release => $"{Prefix}{name} may leave {Tenants(transition)}; label and ownerReference removed",
            TransitionKind.Repair when transition.PutsBack =>
                $"{Prefix}{name} stays in tenant {Target()}, its ownerReference was restored; to release it, "
                + $"remove the label {options.Tenant.LabelKey}",
            TransitionKind.Repair => $"{Prefix}{name} stays in tenant {Bound()}",
            _ when transition.Released is [] => $"{Prefix}{name} may join tenant {Bound()}",
            _ => $"{Prefix}{name} may move {From(transition)}to {Bound()}",
        };
        return MessageText.Cut(warning, MessageText.MaxWarning);

        string Target() => MessageText.Name(target!.Name);

        string Bound()
        {
            var tenant = Target();
            return $"{tenant}; ownerReference set to {tenant} (uid {MessageText.ShortUid(target!.Uid)})";
        }
    }

    public static string Warned(PolicyViolation finding) => Warn($"rule {finding.Rule} (warns only): {finding.Message}");

    public static string Tolerated(string refusal) => Warn($"mode enforce would refuse this: {refusal}");

    public static IEnumerable<string> Overridden(NamespaceRequest request, Tenant? target, IReadOnlyCollection<string> rules)
    {
        if (rules.Count == 0)
        {
            return [];
        }

        var why = MessageText.Sentence(Tenant.EffectiveReason(target, request).Override);
        return [Warn($"{MessageText.User(request.User.Name)} overrides {string.Join(", ", rules)}: {why}")];
    }

    public static string BrokenTenancy(NamespaceRecord stored)
    {
        var name = MessageText.Name(stored.Name);
        var references = MessageText.List(stored.Tenancy.ReferencedTenants);
        return Warn(stored.Tenancy.State switch
        {
            TenancyState.LabelOnly => $"{name} has the tenant label {Label()} and no ownerReference, so it belongs to no tenant",
            TenancyState.OwnerOnly => $"{name} has an ownerReference to tenant {references} and no tenant label",
            _ when stored.Tenancy.LabelledTenant is null => $"{name} has ownerReferences to tenants {references} and no tenant label",
            _ => $"{name} has the tenant label {Label()} and ownerReferences to {references}",
        });

        string Label() => MessageText.Quote(stored.Tenancy.LabelledTenant!);
    }

    private static string Warn(string text) => MessageText.Cut(Prefix + text, MessageText.MaxWarning);

    private static string Tenants(Transition transition) => transition.Released switch
    {
        [] => "its tenant",
        [var only] => $"tenant {MessageText.Name(only)}",
        var several => $"tenants {MessageText.List(several)}",
    };

    private static string From(Transition transition) => $"from {Tenants(transition)} ";
}
