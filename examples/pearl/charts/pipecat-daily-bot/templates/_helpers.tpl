{{- define "bot.name" -}}
{{- default .Release.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "bot.fullname" -}}
{{- $name := include "bot.name" . }}
{{- if .Values.nameSuffix }}{{ $name = printf "%s-%s" $name .Values.nameSuffix }}{{ end }}
{{- default $name .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "bot.selectorLabels" -}}
app.kubernetes.io/name: {{ include "bot.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "bot.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "bot.selectorLabels" . }}
{{- with .Values.partOf }}
app.kubernetes.io/part-of: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "bot.serviceAccountName" -}}
{{- $made := ternary (include "bot.fullname" .) "default" .Values.serviceAccount.create }}
{{- default $made .Values.serviceAccount.name }}
{{- end }}

{{- define "bot.secretName" -}}
{{- default (include "bot.fullname" .) .Values.externalSecret.targetName }}
{{- end }}

{{- define "bot.image" -}}
{{- $repository := required "image.repository is empty: name the image, for example registry.example.com/pearl/pipecat-daily-bot" .Values.image.repository }}
{{- $tag := required "image.tag is empty: pass the version to run, for example --set-string image.tag=0.9.0" .Values.image.tag }}
{{- printf "%s:%s" $repository $tag }}
{{- end }}

{{- define "bot.redisEnv" -}}
{{- with .Values.redis }}
{{- if .sentinels }}
- name: REDIS_SENTINELS
  value: {{ .sentinels | quote }}
- name: REDIS_MASTER_NAME
  value: {{ .masterName | quote }}
{{- else }}
- name: REDIS_URL
  value: {{ .url | quote }}
{{- end }}
{{- with .passwordSecret }}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: password
{{- end }}
{{- end }}
{{- end }}
