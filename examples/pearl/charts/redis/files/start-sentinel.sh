#!/bin/sh
# start.sh redis | sentinel: writes this pod's configuration from the ConfigMap's and becomes that program.
# start.sh hand-over: before a master leaves (preStop): lets a replica take its place without losing a write.
#
# Which pod is the master is never fixed. It is what the other pods' Sentinels say; when none of them answers (the whole
# set starts again), what this pod's Sentinel wrote down last; at the very first start, the first member.
set -eu
umask 077
cd "$DATA"

others() {
  for member in $MEMBERS; do [ "$member" = "$SELF" ] || echo "$member"; done
}

# redis-cli without a limit would wait for a host that does not answer.
ask() { # ask <host> <port> <command…>
  host=$1 port=$2
  shift 2
  timeout 2 redis-cli -h "$host" -p "$port" "$@" 2>/dev/null
}

is_member() {
  case " $MEMBERS " in *" $1 "*) [ -n "$1" ] ;; *) false ;; esac
}

# The master as another Sentinel knows it; empty when none answers with a member's name.
told_master() { # told_master [<member that is no answer>]
  for member in $(others); do
    answer=$(ask "$member" "$SENTINEL_PORT" sentinel get-master-addr-by-name "$MASTER_NAME" | head -n 1) || continue
    if is_member "$answer" && [ "$answer" != "${1:-}" ]; then echo "$answer" && return; fi
  done
}

remembered_master() {
  last=$(sed -n "s/^sentinel monitor $MASTER_NAME \([^ ]*\) .*/\1/p" sentinel.conf 2>/dev/null) || last=
  if is_member "$last"; then echo "$last"; else echo "${MEMBERS%% *}"; fi
}

others_hold_data() {
  for member in $(others); do
    size=$(ask "$member" "$REDIS_PORT" dbsize) || continue
    case $size in '' | *[!0-9]* | 0) ;; *) return 0 ;; esac
  done
  return 1
}

# Sets `master`.
find_master() {
  master=$(told_master)
  [ -n "$master" ] || master=$(remembered_master)
  echo "master: $master"
}

# A master that lost its volume must not come back as one, its replicas would copy the emptiness: their Sentinels choose
# one of them first.
wait_for_failover() {
  while [ "$master" = "$SELF" ] && [ ! -e appendonlydir ] && others_hold_data; do
    echo "this pod is the master and has no data, others have: waiting for the failover"
    sleep 1
    # One Sentinel may hang in an older failover that has this pod as its master: any other master will do.
    other=$(told_master "$SELF")
    [ -z "$other" ] || master=$other
  done
}

# A line `<directive> "<password>"`; not by echo, which reads backslashes in some shells.
password_line() {
  printf '%s "%s"\n' "$1" "$(printf '%s' "$REDISCLI_AUTH" | sed 's/[\\"]/\\&/g')"
}

redis_conf() {
  cat "$CONFIG/redis.conf"
  echo "dir $DATA"
  password_line requirepass
  password_line masterauth
  echo "replica-announce-ip $SELF"
  echo "replica-announce-port $REDIS_PORT"
  [ "$master" = "$SELF" ] || echo "replicaof $master $REDIS_PORT"
}

# Sentinel keeps its identity, its votes and the Sentinels that it knows in its file: they must outlive a restart
# (https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/). Everything else comes from the ConfigMap.
sentinel_conf() {
  echo "sentinel monitor $MASTER_NAME $master $REDIS_PORT $QUORUM"
  cat "$CONFIG/sentinel.conf"
  echo "dir $DATA"
  password_line requirepass
  password_line "sentinel sentinel-pass"
  password_line "sentinel auth-pass $MASTER_NAME"
  echo "sentinel announce-ip $SELF"
  echo "sentinel announce-port $SENTINEL_PORT"
  # One that lost its volume while the master is away could not learn of any replica, and would win elections in vain.
  for member in $MEMBERS; do
    [ "$member" = "$master" ] || echo "sentinel known-replica $MASTER_NAME $member $REDIS_PORT"
  done
  kept='myid|current-epoch|config-epoch|leader-epoch|known-sentinel'
  grep -E "^sentinel ($kept) " sentinel.conf 2>/dev/null || true
}

# Prints the member whose Sentinel begins a failover; nothing when none can now, for example for want of a known replica.
begin_failover() {
  for member in $(others); do
    if [ "$(ask "$member" "$SENTINEL_PORT" sentinel failover "$MASTER_NAME")" = OK ]; then echo "$member" && return; fi
  done
}

# Writes stay stopped until this process ends: Sentinel would turn it into a replica only some seconds later, and what it
# took until then would be lost. Longer than one round of questions below can last.
pause_writes() {
  ask "$LOCAL" "$REDIS_PORT" client pause 20000 write || true
}

handed_over() {
  [ -n "$(told_master "$SELF")" ]
}

# Fails when no other member was told to be the master within 30 s. A question without an answer is asked again: on a
# busy node silence is no "no".
hand_over() {
  [ "$(ask "$LOCAL" "$REDIS_PORT" role | head -n 1)" != slave ] || return 0
  pause_writes
  timeout 6 redis-cli -h "$LOCAL" -p "$REDIS_PORT" wait 1 5000 || true
  accepted=
  end=$(($(date +%s) + 30))
  until handed_over; do
    if [ "$(date +%s)" -ge "$end" ]; then
      echo "no other member became the master within 30 s; Sentinel will choose one when this one is gone" >&2
      return 1
    fi
    pause_writes
    # Asked once: two Sentinels that both begin a failover could choose different replicas.
    [ -n "$accepted" ] || accepted=$(begin_failover)
    sleep 1
  done
}

case $1 in
  redis)
    find_master
    wait_for_failover
    redis_conf >redis.conf.new
    mv redis.conf.new redis.conf
    exec redis-server "$DATA/redis.conf"
    ;;
  sentinel)
    find_master
    sentinel_conf >sentinel.conf.new
    mv sentinel.conf.new sentinel.conf
    exec redis-sentinel "$DATA/sentinel.conf"
    ;;
  hand-over) hand_over ;;
  *) echo "start.sh: \"$1\" is neither redis nor sentinel nor hand-over" >&2 && exit 2 ;;
esac
