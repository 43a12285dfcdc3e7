#!/bin/sh
# Removes from a jar of Boardcast the embedded servers of other platforms than this machine's: some 150 MB.
set -eu
jar=$1
case $(uname -m) in
  x86_64) postgres=linux-x86_64 redis=linux-amd64 ;;
  aarch64 | arm64) postgres=linux-arm_64 redis=linux-arm64 ;;
  *) echo "strip.sh: no embedded servers for $(uname -m)" >&2; exit 1 ;;
esac
others() {
  unzip -Z1 "$jar" | grep -E '(^|/)(postgres-[a-z]+-.*\.txz|redis-server-.*)$' | grep -v -e "postgres-$postgres.txz$" -e "redis-server-.*-$redis$"
}
others | zip -q -d "$jar" -@
# Without its own it would be of no use.
unzip -Z1 "$jar" | grep -q "postgres-$postgres.txz$"
unzip -Z1 "$jar" | grep -q "redis-server-.*-$redis$"
