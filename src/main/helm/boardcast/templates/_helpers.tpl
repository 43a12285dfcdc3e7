{{- define "boardcast.name" -}}
{{- default .Release.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "boardcast.selector" -}}
app.kubernetes.io/name: boardcast
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "boardcast.labels" -}}
{{ include "boardcast.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/* The service by whose addresses the nodes find each other. */}}
{{- define "boardcast.members" -}}
{{ include "boardcast.name" . }}-members
{{- end -}}

{{- define "boardcast.secret" -}}
{{- if .Values.existingSecret -}}
{{ .Values.existingSecret }}
{{- else if .Values.secrets.create -}}
{{ include "boardcast.name" . }}
{{- else -}}
{{ fail "existingSecret: expected the name of a Secret with the keys pg, redis, cluster-secret and jwt-secret" }}
{{- end -}}
{{- end -}}

{{/* Every role must run somewhere. */}}
{{- define "boardcast.checkRoles" -}}
{{- $roles := list -}}
{{- range $group := .Values.groups }}{{ $roles = concat $roles $group.roles }}{{ end -}}
{{- range list "api" "gateway" "metrics" "emitter" -}}
{{- if not (has . $roles) }}{{ fail (printf "groups: expected the role %s in one of them" .) }}{{ end -}}
{{- end -}}
{{- end -}}
