{{- /* Generated from deploy/base/deployment.yaml. To regenerate it, run the tests with UPDATE_GENERATED=1. */ -}}
{{- define "admissionguard.gracePeriod" -}}
45
{{- end }}

{{- define "admissionguard.portsAndProbes" -}}
ports:
  - name: https
    containerPort: 9443
    protocol: TCP
  - name: health
    containerPort: 8080
    protocol: TCP
startupProbe:
  httpGet:
    path: /livez
    port: health
  periodSeconds: 1
  timeoutSeconds: 3
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /livez
    port: health
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /readyz
    port: health
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}
