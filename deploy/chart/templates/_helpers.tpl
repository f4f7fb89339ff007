{{- define "admissionguard.labels" -}}
app.kubernetes.io/name: admissionguard
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "admissionguard.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* The kind of tenant, from the configuration; used by RBAC and CEL. */}}
{{- define "admissionguard.tenant" -}}
{{- $tenant := dict "labelKey" "capsule.clastix.io/tenant" "group" "capsule.clastix.io" "kind" "Tenant" "plural" "tenants" -}}
{{- mergeOverwrite $tenant (dig "tenant" dict .Values.configuration) | toYaml -}}
{{- end }}

{{- define "admissionguard.verbs" -}}
{{- mergeOverwrite (dict "release" "release" "adopt" "adopt" "override" "override") (dig "verbs" dict .Values.configuration) | toYaml -}}
{{- end }}

{{/* The CEL that matches changes of tenancy, for the configured kind of tenant. */}}
{{- define "admissionguard.touchesTenancy" -}}
{{- $tenant := include "admissionguard.tenant" . | fromYaml -}}
{{- .Files.Get "files/touches-tenancy.cel"
    | replace "'capsule.clastix.io/tenant'" (printf "'%s'" $tenant.labelKey)
    | replace "'capsule.clastix.io/'" (printf "'%s/'" $tenant.group)
    | replace "'Tenant'" (printf "'%s'" $tenant.kind) -}}
{{- end }}

{{/* Whether the validator has its condition: the value, or by default whether the cluster supports the field. */}}
{{- define "admissionguard.matchConditions" -}}
{{- if ternary (semverCompare ">=1.28.0-0" .Capabilities.KubeVersion.Version) .Values.matchConditions.enabled (kindIs "invalid" .Values.matchConditions.enabled) -}}
true
{{- end -}}
{{- end }}

{{/* Whether there is a backstop: the value, or by default whether the cluster supports it. */}}
{{- define "admissionguard.backstop" -}}
{{- if ternary (semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version) .Values.backstop.enabled (kindIs "invalid" .Values.backstop.enabled) -}}
true
{{- end -}}
{{- end }}

{{/* What the backstop does with a request: the value, or by default what fits the guard's mode. */}}
{{- define "admissionguard.validationActions" -}}
{{- $ofMode := dict "enforce" (list "Deny") "warn" (list "Warn" "Audit") "audit" (list "Audit") -}}
{{- .Values.backstop.validationActions | default (index $ofMode (dig "mode" "enforce" .Values.configuration)) | toJson -}}
{{- end }}

{{/* Whether the validator begins with Ignore, which the Job of register.yaml raises to Fail: in a cluster where it is not
     registered with Fail yet, on a new installation without conditions. Without a cluster (helm template), nothing is found. */}}
{{- define "admissionguard.beginsWithIgnore" -}}
{{- if and (not .Values.webhooks.failurePolicy) (not (include "admissionguard.matchConditions" .)) -}}
{{- if lookup "v1" "Namespace" "" "kube-system" -}}
{{- $validator := lookup "admissionregistration.k8s.io/v1" "ValidatingWebhookConfiguration" "" "00-admissionguard" -}}
{{- $policies := list -}}
{{- range dig "webhooks" list $validator -}}
{{- $policies = append $policies .failurePolicy -}}
{{- end -}}
{{- if or (and .Release.IsInstall (not $validator)) (has "Ignore" $policies) -}}
true
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "admissionguard.failurePolicy" -}}
{{- .Values.webhooks.failurePolicy | default (ternary "Ignore" "Fail" (include "admissionguard.beginsWithIgnore" . | eq "true")) -}}
{{- end }}

{{/* Refuses invalid values before anything is installed. */}}
{{- define "admissionguard.check" -}}
{{- /* The guard protects its own namespace: the pod's, unless an argument names another. */ -}}
{{- range $argument := .Values.extraArgs -}}
{{- if regexMatch "^--namespace([=: ]|$)" $argument -}}
{{- fail (printf "extraArgs contains %s: the guard runs in namespace %s, uses it as its own automatically, and keeps it out of every tenant; to run it in another namespace, install it with --namespace" $argument $.Release.Namespace) -}}
{{- end -}}
{{- end -}}
{{- $files := eq .Values.certificates.source "files" -}}
{{- if and $files (not .Values.certificates.caBundle) -}}
{{- fail "certificates.caBundle is empty: with certificates.source=files, the API server needs the CA to trust, for example --set-file certificates.caBundle=certs/ca.crt" -}}
{{- end -}}
{{- if and .Values.certificates.caBundle (not $files) -}}
{{- fail (printf "certificates.caBundle is only for certificates.source=files; with %s, leave it empty" .Values.certificates.source) -}}
{{- end -}}
{{- if contains "PRIVATE KEY" .Values.certificates.caBundle -}}
{{- fail "certificates.caBundle contains a private key: use only the certificate (ca.crt)" -}}
{{- end -}}
{{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.controlPlaneCidrs) -}}
{{- fail "networkPolicy.controlPlaneCidrs is empty: no API server could reach the guard, and every change of tenancy would be refused" -}}
{{- end -}}
{{- $needs := list
    (list .Values.matchConditions.enabled "matchConditions" "1.28")
    (list .Values.flowSchema.enabled "flowSchema" "1.29")
    (list .Values.backstop.enabled "backstop" "1.30") -}}
{{- range $needs -}}
{{- if and (index . 0) (semverCompare (printf "<%s.0-0" (index . 2)) $.Capabilities.KubeVersion.Version) -}}
{{- fail (printf "%s.enabled requires Kubernetes %s or newer, but this cluster has %s" (index . 1) (index . 2) $.Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}
{{- end }}
