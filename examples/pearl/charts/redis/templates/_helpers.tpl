{{- define "redis.name" -}}
{{- default .Release.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* 40 characters: a StatefulSet's pods and claims get the name with suffixes. */}}
{{- define "redis.fullname" -}}
{{- $name := include "redis.name" . }}
{{- if .Values.nameSuffix }}{{ $name = printf "%s-%s" $name .Values.nameSuffix }}{{ end }}
{{- default $name .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* The component keeps the pods of two modes apart while an upgrade goes from one to the other. */}}
{{- define "redis.selectorLabels" -}}
app.kubernetes.io/name: {{ include "redis.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .Values.mode }}
{{- end }}

{{- define "redis.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "redis.selectorLabels" . }}
{{- with .Values.partOf }}
app.kubernetes.io/part-of: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "redis.serviceAccountName" -}}
{{- $made := ternary (include "redis.fullname" .) "default" .Values.serviceAccount.create }}
{{- default $made .Values.serviceAccount.name }}
{{- end }}

{{- define "redis.secretName" -}}
{{- default (include "redis.fullname" .) .Values.auth.secretName }}
{{- end }}

{{- /* The host names of all members, by which Redis and Sentinel know each other: a pod's address changes, its name does not. */}}
{{- define "redis.domain" -}}
{{ include "redis.fullname" . }}-nodes.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "redis.members" -}}
{{- $members := list }}
{{- range $index := until (int .Values.sentinel.replicas) }}
{{- $members = append $members (printf "%s-%d.%s" (include "redis.fullname" $) $index (include "redis.domain" $)) }}
{{- end }}
{{- join " " $members }}
{{- end }}

{{- define "redis.podMetadata" -}}
annotations:
  checksum/config: {{ include (print .Template.BasePath "/configmap.yaml") . | sha256sum }}
  {{- with .Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
labels:
  {{- with .Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- include "redis.selectorLabels" . | nindent 2 }}
  {{- with .Values.partOf }}
  app.kubernetes.io/part-of: {{ . | quote }}
  {{- end }}
{{- end }}

{{- define "redis.podBasics" -}}
serviceAccountName: {{ include "redis.serviceAccountName" . }}
automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
{{- range $part, $field := dict "imagePullSecrets" "imagePullSecrets" "podSecurityContext" "securityContext" "affinity" "affinity" "topologySpreadConstraints" "topologySpreadConstraints" "nodeSelector" "nodeSelector" "tolerations" "tolerations" }}
{{- with index $.Values $part }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What start.sh and probe.sh read. redis-cli takes the password from REDISCLI_AUTH: it never stands in an argument. */}}
{{- define "redis.env" -}}
- name: CONFIG
  value: /etc/redis
- name: DATA
  value: /data
- name: LOCAL
  value: 127.0.0.1
{{- if .Values.auth.enabled }}
- name: REDISCLI_AUTH
  valueFrom:
    secretKeyRef:
      name: {{ include "redis.secretName" . }}
      key: {{ .Values.auth.secretKey }}
{{- end }}
- name: REDIS_PORT
  value: {{ .Values.ports.redis | quote }}
{{- if eq .Values.mode "sentinel" }}
- name: SENTINEL_PORT
  value: {{ .Values.ports.sentinel | quote }}
- name: POD
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: SELF
  value: $(POD).{{ include "redis.domain" . }}
- name: MEMBERS
  value: {{ include "redis.members" . }}
- name: MASTER_NAME
  value: {{ .Values.sentinel.masterName }}
- name: QUORUM
  value: {{ .Values.sentinel.quorum | quote }}
{{- end }}
{{- end }}

{{- define "redis.image" -}}
image: {{ printf "%s:%s" .Values.image.repository .Values.image.tag | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}
