#!/bin/sh
# SSH from a shell, one line of JSON at a time: the daemon reads a FIFO, and its answers come through
# another. POSIX sh; no jq, since every answer is one line whose beginning is known.
#
#   SSH_HOST=… SSH_PORT=… SSH_USER=… SSH_PASSWORD=… sh examples/shell/sshrpc.sh

set -eu

daemon=${SSHRPC_DAEMON:-sshrpc}
case $daemon in *.js) daemon="node $daemon" ;; esac

dir=$(mktemp -d)
mkfifo "$dir/in" "$dir/out"
# Unquoted: it may be a program and its argument.
$daemon <"$dir/in" >"$dir/out" &
exec 3>"$dir/in" 4<"$dir/out"
rm -r "$dir"

id=0

# call METHOD PARAMS: sends a request and sets `answer` to the line that comes back.
# One call at a time; with several at once, go by the answers' ids.
call() {
  id=$((id + 1))
  printf '{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}\n' "$id" "$1" "$2" >&3
  read -r answer <&4 || { echo "the daemon ended" >&2; exit 1; }
  case $answer in
    *'"result":'*) ;;
    *) printf '%s: %s\n' "$1" "$answer" >&2; exit 1 ;;
  esac
}

# A string as JSON: quotes and backslashes escaped. (Control characters would need more.)
json() {
  printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

call ssh.new "[$(json "${SSH_HOST:-127.0.0.1}"),${SSH_PORT:-22},$(json "$SSH_USER"),$(json "$SSH_PASSWORD")]"
session=$(printf %s "$answer" | sed 's/.*"session":\([0-9]*\).*/\1/')

call session.exec "[$session,$(json 'echo "hello from $(id -un)"'),10]"
# The output as it stands in the JSON: \n is a line's end.
printf '%b' "$(printf %s "$answer" | sed 's/.*"output":"\(\([^"\\]\|\\.\)*\)".*/\1/')"

call session.free "[$session]"

# The end of its input ends the daemon.
exec 3>&-
wait
