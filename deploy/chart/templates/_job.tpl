{{- /* A Job that runs one of the program's commands as a hook, with an account and permissions that exist only meanwhile:
     root, command, arguments, hooks, rules, deadlineSeconds. */ -}}
{{- define "admissionguard.job" -}}
{{- $root := .root }}
{{- $job := . }}
{{- range $weight, $kind := list "ServiceAccount" "ClusterRole" "ClusterRoleBinding" "Job" }}
---
apiVersion: {{ index (dict "ServiceAccount" "v1" "Job" "batch/v1") $kind | default "rbac.authorization.k8s.io/v1" }}
kind: {{ $kind }}
metadata:
  name: admissionguard-{{ $job.command }}
  {{- if has $kind (list "ServiceAccount" "Job") }}
  namespace: {{ $root.Release.Namespace }}
  {{- end }}
  labels:
    {{- include "admissionguard.labels" $root | nindent 4 }}
  annotations:
    helm.sh/hook: {{ $job.hooks }}
    helm.sh/hook-weight: {{ $weight | quote }}
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- if eq $kind "ServiceAccount" }}
automountServiceAccountToken: false
{{- else if eq $kind "ClusterRole" }}
rules:
  {{- toYaml $job.rules | nindent 2 }}
{{- else if eq $kind "ClusterRoleBinding" }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: admissionguard-{{ $job.command }}
subjects:
  - kind: ServiceAccount
    name: admissionguard-{{ $job.command }}
    namespace: {{ $root.Release.Namespace }}
{{- else }}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: {{ $job.deadlineSeconds }}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: admissionguard-{{ $job.command }}
    spec:
      serviceAccountName: admissionguard-{{ $job.command }}
      automountServiceAccountToken: true
      restartPolicy: Never
      {{- with $root.Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        {{- range $name, $value := $root.Values.podSecurityContext }}
        {{- if ne nil $value }}
        {{ $name }}: {{ int64 $value }}
        {{- end }}
        {{- end }}
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: {{ $job.command }}
          image: {{ include "admissionguard.image" $root | quote }}
          {{- with $root.Values.image.pullPolicy }}
          imagePullPolicy: {{ . }}
          {{- end }}
          args:
            {{- toYaml (prepend $job.arguments $job.command) | nindent 12 }}
          resources:
            requests:
              cpu: 10m
              memory: 64Mi
            limits:
              memory: 128Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: 16Mi
{{- end }}
{{- end }}
{{- end }}
