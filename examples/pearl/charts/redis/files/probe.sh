#!/bin/sh
# probe.sh alive <port>: answers at all, also while it loads its data or has lost its master.
# probe.sh ready <port>: is a master, or a replica that has its master's data; so a rolling update takes the next pod
# only when this one could stand in for it.
set -eu
case $1 in
  alive) timeout 4 redis-cli -h "$LOCAL" -p "$2" ping | grep -Eq '^(PONG|LOADING|MASTERDOWN|BUSY)' ;;
  ready) timeout 4 redis-cli -h "$LOCAL" -p "$2" info replication | grep -Eq '^(role:master|master_link_status:up)' ;;
esac
