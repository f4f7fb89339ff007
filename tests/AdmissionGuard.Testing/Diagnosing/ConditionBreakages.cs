namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>The validator's matchConditions, and the API server's own policy.</summary>
internal static class ConditionBreakages
{
    private const int Conditions = 28;
    private const int Policies = 30;
    private const string Policy = "validatingadmissionpolicy admissionguard-backstop";
    private const string Binding = "validatingadmissionpolicybinding admissionguard-backstop";

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("The mutator has matchConditions",
            Breakages.Webhook("mutating", "matchConditions", """[{"name":"some","expression":"true"}]"""),
            "failed mutator: its matchConditions prevent its reinvocation", Mend.Printed) { Since = Conditions },
        new("The validator's matchConditions are removed", Breakages.Webhook("validating", "matchConditions", null),
            "warning match-conditions: the validator has no matchConditions", Mend.Printed) { Since = Conditions },
        new("The validator's matchConditions are false",
            Breakages.Webhook("validating", "matchConditions", """[{"name":"touches-tenancy","expression":"false"}]"""),
            "failed match-conditions: that are not those", Mend.Printed) { Since = Conditions },
        new("The validator has another matchCondition beside its own",
            Breakages.Webhook("validating", "matchConditions/-", """{"name":"not-mine","expression":"request.name.size() > 3"}"""),
            "failed match-conditions: not-mine", Mend.Printed) { Since = Conditions },
        new("The validator's matchConditions are for other tenants", """
            kubectl get validatingwebhookconfiguration 00-admissionguard -o json \
              | sed 's/capsule\.clastix\.io\/tenant/example.com\/tenant/g' | kubectl replace -f -
            """,
            "failed match-conditions: that are not those", Mend.Printed) { Since = Conditions },

        new("The policy is deleted", "kubectl delete validatingadmissionpolicy admissionguard-backstop",
            "warning backstop: not found", Mend.Printed) { Since = Policies },
        new("The policy's binding is deleted", "kubectl delete validatingadmissionpolicybinding admissionguard-backstop",
            "warning backstop: has no binding", Mend.Printed) { Since = Policies },
        new("The policy only audits", Breakages.Patch(Binding, "/spec/validationActions", """["Audit"]"""),
            "warning backstop: Audit", Mend.Printed) { Since = Policies },
        new("The policy's expression is emptied", Breakages.Patch(Policy, "/spec/validations/0/expression", "\"true\""),
            "failed backstop: spec.validations[0].expression differs", Mend.Printed) { Since = Policies },
        new("The policy's matchConditions are false",
            Breakages.Patch(Policy, "/spec/matchConditions/0/expression", "\"false\""),
            "failed backstop: spec.matchConditions[0].expression differs", Mend.Printed) { Since = Policies },
        new("The policy is for created namespaces only",
            Breakages.Patch(Policy, "/spec/matchConstraints/resourceRules/0/operations", """["CREATE"]"""),
            "failed backstop: spec.matchConstraints", Mend.Printed) { Since = Policies },
        new("The policy's failurePolicy is Ignore", Breakages.Patch(Policy, "/spec/failurePolicy", "\"Ignore\""),
            "failed backstop: spec.failurePolicy differs", Mend.Printed) { Since = Policies },
        new("The policy's binding is for some namespaces only",
            Breakages.Patch(Binding, "/spec/matchResources", """{"namespaceSelector":{"matchLabels":{"team":"oil"}}}"""),
            "failed backstop: does not cover every namespace", Mend.Printed) { Since = Policies },
        new("The guard's mode is audit, and the policy denies",
            """ns patch configmap admissionguard-config --type=merge -p '{"data":{"config.yaml":"mode: audit"}}'""",
            "warning backstop: but the guard's mode is audit", Mend.Printed) { Since = Policies, Cleanup = "reapply" },
    ];
}
