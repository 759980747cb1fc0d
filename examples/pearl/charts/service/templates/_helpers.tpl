{{- define "service.name" -}}
{{- default .Release.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "service.fullname" -}}
{{- $name := include "service.name" . }}
{{- if .Values.nameSuffix }}{{ $name = printf "%s-%s" $name .Values.nameSuffix }}{{ end }}
{{- default $name .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "service.selectorLabels" -}}
app.kubernetes.io/name: {{ include "service.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* No app.kubernetes.io/version here: it follows the image tag, and every object would change with every image. */}}
{{- define "service.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "service.selectorLabels" . }}
{{- with .Values.partOf }}
app.kubernetes.io/part-of: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "service.serviceAccountName" -}}
{{- $made := ternary (include "service.fullname" .) "default" .Values.serviceAccount.create }}
{{- default $made .Values.serviceAccount.name }}
{{- end }}

{{- define "service.secretName" -}}
{{- default (include "service.fullname" .) .Values.externalSecret.targetName }}
{{- end }}

{{- define "service.image" -}}
{{- $repository := required "image.repository is empty: name the image, for example registry.example.com/pearl/interface" .Values.image.repository }}
{{- $tag := required "image.tag is empty: pass the version to run, for example --set-string image.tag=1.4.0" .Values.image.tag }}
{{- printf "%s:%s" $repository $tag }}
{{- end }}
