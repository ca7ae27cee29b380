#!/bin/sh
# OpenSSH's own programs as a peer: see ../README.md for what is read and answered.
# BENCH_MASTER=1: over a ControlMaster, else a connection for each. BENCH_SCP: scp's options.
# BENCH_FILES: which program moves files and trees.

control=$BENCH_FOLDER/control-$$
options="-F none -o BatchMode=yes -o Port=$BENCH_PORT -o User=$BENCH_USER -o IdentitiesOnly=yes"
options="$options -o IdentityFile=$BENCH_KEY -o UserKnownHostsFile=$BENCH_KNOWN_HOSTS"
[ -n "$BENCH_MASTER" ] && options="$options -o ControlPath=$control"

run() {
	ssh -n $options "$BENCH_HOST" "$1"
}

one_by_one() {
	count=$1
	while [ "$count" -gt 0 ]; do
		run "$2" || return 1
		count=$((count - 1))
	done
}

at_once() {
	count=$1
	jobs=
	while [ "$count" -gt 0 ]; do
		run "$2" &
		jobs="$jobs $!"
		count=$((count - 1))
	done
	for job in $jobs; do
		wait "$job" || return 1
	done
}

open() {
	[ -z "$BENCH_MASTER" ] && return
	# In the background from the moment it is logged in.
	ssh -n -f -N -o ControlMaster=yes $options "$BENCH_HOST" >/dev/null 2>&1
}

# A folder's content, where it is one; rsync has to be told.
content() {
	if [ -d "$1" ]; then printf '%s/' "$1"; else printf '%s' "$1"; fi
}

batch() {
	printf '%s\n' "$1" | sftp -q -b - $options "$BENCH_HOST"
}

mirror() {
	lftp -c "set sftp:connect-program \"ssh -a -x $options\"; set net:max-retries 1
		open sftp://$BENCH_USER:@$BENCH_HOST:$BENCH_PORT; $1"
}

remote="sftp,host=$BENCH_HOST,port=$BENCH_PORT,user=$BENCH_USER,key_file=$BENCH_KEY"
remote=":$remote,known_hosts_file=$BENCH_KNOWN_HOSTS"

clone() {
	rclone --config /dev/null "$@"
}

# One of a file or a folder, and where it is to be; both sides are this machine's.
getfiles() {
	case $BENCH_FILES in
	sftp) batch "get -R $1 $2" ;;
	tar) mkdir "$2" && ssh -n $options "$BENCH_HOST" "tar -C '$1' -cf - ." | tar -C "$2" -xf - ;;
	rsync) rsync -a -e "ssh $options" "$BENCH_HOST:$(content "$1")" "$2" ;;
	lftp) if [ -d "$1" ]; then mirror "mirror --parallel=8 $1 $2"; else mirror "get $1 -o $2"; fi ;;
	rclone) if [ -d "$1" ]; then clone copy "$remote:$1" "$2"; else clone copyto "$remote:$1" "$2"; fi ;;
	esac
}

putfiles() {
	case $BENCH_FILES in
	sftp) batch "put -R $1 $2" ;;
	tar) tar -C "$1" -cf - . | ssh $options "$BENCH_HOST" "mkdir '$2' && tar -C '$2' -xf -" ;;
	rsync) rsync -a -e "ssh $options" "$(content "$1")" "$BENCH_HOST:$2" ;;
	lftp) if [ -d "$1" ]; then mirror "mirror -R --parallel=8 $1 $2"; else mirror "put $1 -o $2"; fi ;;
	rclone) if [ -d "$1" ]; then clone copy "$1" "$remote:$2"; else clone copyto "$1" "$remote:$2"; fi ;;
	esac
}

# forward OPTION PORT WHAT: in the background from the moment it listens, and to be ended by its socket.
forward() {
	forwards="$forwards $control-$2"
	ssh -n -f -N -M -S "$control-$2" -o ExitOnForwardFailure=yes $options "$1" "127.0.0.1:$3" \
		"$BENCH_HOST" 2>/dev/null
}

work() {
	case $1 in
	open) open ;;
	exec) one_by_one "$2" "$3" ;;
	parallel) at_once "$2" "$3" ;;
	first) [ "$(run "$2")" = ready ] ;;
	get) scp -q $BENCH_SCP $options "$BENCH_HOST:$2" "$3" ;;
	getfiles) getfiles "$2" "$3" ;;
	putfiles | sync) putfiles "$2" "$3" ;;
	local) forward -L "$2" "$2:127.0.0.1:$3" ;;
	dynamic) forward -D "$2" "$2" ;;
	put) scp -q $BENCH_SCP $options "$2" "$BENCH_HOST:$3" ;;
	esac
}

tab=$(printf '\t')
while IFS=$tab read -r name first second; do
	if work "$name" "$first" "$second" >/dev/null </dev/null; then echo ok; else echo "error $name"; fi
done
[ -n "$BENCH_MASTER" ] && ssh -O exit $options "$BENCH_HOST" 2>/dev/null
for each in $forwards; do ssh -O exit -S "$each" "$BENCH_HOST" 2>/dev/null; done
