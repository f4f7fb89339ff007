namespace AdmissionGuard.Testing.Diagnosing;

/// <summary>Every breakage that the doctor is tried with.</summary>
/// <remarks>
/// The commands may use: <c>ns</c>, kubectl in the guard's namespace; <c>reapply</c>, which applies the overlay; <c>unguarded</c> and
/// <c>guarded</c>, between which neither the guard nor the API server's own policy sees a change of a namespace; <c>fake_capsule VERSION
/// [ACCOUNT]</c> and <c>no_capsule</c>.
/// </remarks>
internal static class Breakages
{
    /// <summary>All of them, in the order of the doctor's page.</summary>
    public static IReadOnlyList<Breakage> All { get; } =
    [
        .. WebhookBreakages.All,
        .. ConditionBreakages.All,
        .. WorkloadBreakages.All,
        .. CertificateBreakages.All,
        .. PermissionBreakages.All,
        .. ConfigurationBreakages.All,
        .. NamespaceBreakages.All,
        .. CapsuleBreakages.All,
    ];

    /// <summary>Functions for the commands. <c>$OVERLAY</c> is what is installed.</summary>
    public const string Functions = """
        ns() { kubectl -n admissionguard-system "$@"; }
        reapply() { kubectl apply -k "$OVERLAY"; }
        resources() {
          kubectl patch mutatingwebhookconfiguration 00-admissionguard --type=json -p \
            '[{"op":"replace","path":"/webhooks/0/rules/0/resources","value":'"$1"'}]'
          kubectl patch validatingwebhookconfiguration 00-admissionguard --type=json -p \
            '[{"op":"replace","path":"/webhooks/0/rules/0/resources","value":'"$2"'}]'
          if kubectl get validatingadmissionpolicybinding admissionguard-backstop >/dev/null 2>&1; then
            kubectl patch validatingadmissionpolicybinding admissionguard-backstop --type=merge -p \
              '{"spec":{"validationActions":["'"$3"'"]}}'
          fi
        }
        passes() { kubectl label namespace kube-public capsule.clastix.io/tenant=oil --dry-run=server >/dev/null 2>&1; }
        unguarded() {
          resources '["nothings"]' '["nothings"]' Audit
          until passes; do sleep 0.1; done
        }
        guarded() {
          resources '["namespaces"]' '["namespaces","namespaces/status","namespaces/finalize"]' Deny
          while passes; do sleep 0.1; done
        }
        uid() { kubectl get tenants.capsule.clastix.io "$1" -o 'jsonpath={.metadata.uid}'; }
        fake_capsule() {
          kubectl apply -f capsule-configuration-crd.yaml
          until kubectl get capsuleconfigurations >/dev/null 2>&1; do sleep 0.1; done
          kubectl create namespace capsule-system --dry-run=client -o yaml | kubectl apply -f -
          sed "s/NAMESPACE/capsule-system/;s/ACCOUNT/${2-capsule}/;s/VERSION/$1/" fake-capsule.yaml | kubectl apply -f -
        }
        no_capsule() {
          kubectl delete validatingwebhookconfiguration capsule-dynamic-webhook
          kubectl delete mutatingwebhookconfiguration 00-a-capsule --ignore-not-found
          kubectl delete crd capsuleconfigurations.capsule.clastix.io
          kubectl delete namespace capsule-system
        }
        """;

    /// <summary>The command that sets a field of one of the guard's webhooks.</summary>
    /// <param name="kind"><c>mutating</c> or <c>validating</c>.</param>
    /// <param name="path">The field's path.</param>
    /// <param name="json">The value; <see langword="null"/> to remove the field.</param>
    public static string Webhook(string kind, string path, string? json) =>
        Patch($"{kind}webhookconfiguration", $"/webhooks/0/{path}", json);

    /// <summary>The command that sets a field of an object.</summary>
    /// <param name="what">The object's kind; its name is <c>00-admissionguard</c> unless it is given too.</param>
    /// <param name="path">The field's path.</param>
    /// <param name="json">The value; <see langword="null"/> to remove the field.</param>
    public static string Patch(string what, string path, string? json) =>
        $"kubectl patch {what}{(what.Contains(' ', StringComparison.Ordinal) ? "" : " 00-admissionguard")} --type=json -p "
        + (json is null ? $$"""'[{"op":"remove","path":"{{path}}"}]'""" : $$"""'[{"op":"add","path":"{{path}}","value":{{json}}}]'""");

    /// <summary>The command that adds an argument to the guard's container.</summary>
    public static string Argument(string argument) => Patch(
        "deployment admissionguard -n admissionguard-system", "/spec/template/spec/containers/0/args/-", $"\"{argument}\"");
}
