#!/usr/bin/env bash
# curl: its WebSocket support is not in every build, so that it follows the event stream.
set -euo pipefail
http=$3 token=$4 admin=$5 stream=$6
work=$(mktemp -d)
pid=
trap 'if [ -n "$pid" ]; then kill "$pid" 2> /dev/null || true; fi; rm -rf "$work"' EXIT

call() { # method, path, body
  curl -sS -m 20 -o /dev/null -w '%{http_code}' -X "$1" -H "Authorization: Bearer $admin" \
    -H 'Content-Type: application/json' ${3:+--data "$3"} "$http$2"
}
publish() {
  test "$(call POST "/api/v1/streams/$stream/events" "{\"type\":\"note\",\"data\":{\"n\":$1}}")" = 201
}
follow() { # file, headers
  local file=$1
  shift
  curl -sSN -m 40 -H "Authorization: Bearer $token" "$@" "$http/api/v1/stream?topics=$stream" > "$file" &
  pid=$!
}
await() { # file, text; curl ends after 40 s
  while ! grep -q "$2" "$1"; do
    kill -0 "$pid" 2> /dev/null || { grep -q "$2" "$1" && break; echo "no $2 in:" >&2; cat "$1" >&2; exit 1; }
    sleep 0.05
  done
}

follow "$work/first"
await "$work/first" '"type":"subscribed"'
publish 1
await "$work/first" '"n":1'
kill "$pid"
wait "$pid" || true
id=$(grep '^id: ' "$work/first" | tail -1 | cut -c5-)
publish 2

follow "$work/second" -H "Last-Event-ID: $id"
await "$work/second" '"n":2'
grep -q '"recovered":true' "$work/second"
session=$(grep -o '"session":"[^"]*"' "$work/second" | head -1 | cut -d'"' -f4)
case $(call DELETE "/api/v1/admin/sessions/$session") in 2*) ;; *) exit 1 ;; esac
await "$work/second" '"type":"close","code":4403'
wait "$pid"
pid=
echo passed
