# The same by ssh: alone, over a master that it starts where there is none, or the end of that.
path="$BENCH_FOLDER/cold-master"
run() {
  ssh -F none -p "$BENCH_PORT" -l "$BENCH_USER" -i "$BENCH_KEY" -o IdentitiesOnly=yes \
    -o UserKnownHostsFile="$BENCH_KNOWN_HOSTS" -o BatchMode=yes "$@" </dev/null
}
case $1 in
  alone) run "$BENCH_HOST" "echo $BENCH_ANSWER" ;;
  master)
    [ -S "$path" ] || run -fNM -S "$path" "$BENCH_HOST" >/dev/null 2>&1
    run -S "$path" "$BENCH_HOST" "echo $BENCH_ANSWER"
    ;;
  end) run -S "$path" -O exit "$BENCH_HOST" 2>/dev/null ;;
esac
