#!/bin/sh
# start.sh: writes this pod's configuration and becomes Redis.
set -eu
umask 077
cat "$CONFIG/redis.conf" >"$DATA/redis.conf"
if [ -n "${REDISCLI_AUTH:-}" ]; then
  printf 'requirepass "%s"\n' "$(printf '%s' "$REDISCLI_AUTH" | sed 's/[\\"]/\\&/g')" >>"$DATA/redis.conf"
fi
cd "$DATA"
exec redis-server redis.conf
