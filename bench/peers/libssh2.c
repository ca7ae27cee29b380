/*
 * libssh2 as a peer: see ../README.md for what is read and answered.
 *
 * With BENCH_ECO set it goes about it as lua-eco's eco.ssh does: the list of methods, then the
 * password; Nagle's algorithm left on; a session's data in small pieces.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <libssh2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int eco;

struct connection {
	int socket;
	LIBSSH2_SESSION *session;
};

static struct connection warm = { -1, NULL };

static int fail(const char *what)
{
	char *why = NULL;
	if (warm.session)
		libssh2_session_last_error(warm.session, &why, NULL, 0);
	printf("error %s: %s\n", what, why ? why : "");
	return 0;
}

static int log_in(LIBSSH2_SESSION *session)
{
	const char *user = getenv("BENCH_USER");
	if (!eco)
		return libssh2_userauth_publickey_fromfile(session, user, NULL, getenv("BENCH_KEY"), NULL);
	char *methods = libssh2_userauth_list(session, user, strlen(user));
	if (!methods || !strstr(methods, "password"))
		return -1;
	return libssh2_userauth_password(session, user, getenv("BENCH_PASSWORD"));
}

static int open_connection(struct connection *to)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int on = 1;
	address.sin_port = htons(atoi(getenv("BENCH_PORT")));
	inet_pton(AF_INET, getenv("BENCH_HOST"), &address.sin_addr);
	to->socket = socket(AF_INET, SOCK_STREAM, 0);
	if (!eco)
		setsockopt(to->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(to->socket, (struct sockaddr *)&address, sizeof address))
		return -1;
	to->session = libssh2_session_init();
	if (libssh2_session_handshake(to->session, to->socket))
		return -1;
	return log_in(to->session);
}

static void close_connection(struct connection *which)
{
	if (which->session) {
		libssh2_session_disconnect(which->session, "done");
		libssh2_session_free(which->session);
	}
	if (which->socket >= 0)
		close(which->socket);
	which->session = NULL;
	which->socket = -1;
}

static LIBSSH2_CHANNEL *start(LIBSSH2_SESSION *session, const char *command)
{
	LIBSSH2_CHANNEL *channel = libssh2_channel_open_session(session);
	if (channel && libssh2_channel_exec(channel, command)) {
		libssh2_channel_free(channel);
		return NULL;
	}
	return channel;
}

/* Reads all output and ends the channel: the exit code. `output` holds the beginning. */
static int finish(LIBSSH2_CHANNEL *channel, char *output, size_t room)
{
	char buffer[4096];
	ssize_t length;
	int stream, code;
	for (stream = 0; stream < 2; stream++) {
		while ((length = libssh2_channel_read_ex(channel, stream, buffer, sizeof buffer)) > 0) {
			size_t taken = (size_t)length < room ? (size_t)length : room;
			memcpy(output, buffer, taken);
			output += taken;
			room -= taken;
		}
	}
	libssh2_channel_close(channel);
	if (!eco)
		libssh2_channel_wait_closed(channel);
	code = libssh2_channel_get_exit_status(channel);
	libssh2_channel_free(channel);
	return code;
}

static int exec(LIBSSH2_SESSION *session, const char *command, char *output, size_t room)
{
	LIBSSH2_CHANNEL *channel = start(session, command);
	return channel ? finish(channel, output, room) : -1;
}

static int one_by_one(int count, const char *command)
{
	while (count-- > 0)
		if (exec(warm.session, command, NULL, 0))
			return fail("exec");
	return 1;
}

static int at_once(int count, const char *command)
{
	LIBSSH2_CHANNEL **channels = calloc(count, sizeof *channels);
	int n, failed = 0;
	for (n = 0; n < count; n++)
		channels[n] = start(warm.session, command);
	for (n = 0; n < count; n++)
		if (!channels[n] || finish(channels[n], NULL, 0))
			failed = 1;
	free(channels);
	return failed ? fail("parallel") : 1;
}

static int first(const char *command)
{
	struct connection fresh = { -1, NULL };
	char output[6] = "";
	int good = !open_connection(&fresh) && !exec(fresh.session, command, output, sizeof output - 1);
	/* Its end is no part of the work: the answer goes first. */
	if (good && strcmp(output, "ready") == 0) {
		puts("ok");
		fflush(stdout);
	} else {
		fail("first");
	}
	close_connection(&fresh);
	return 0;
}

/* eco.ssh yields for so long after each piece. */
static void yield(void)
{
	if (eco)
		usleep(100);
}

static int get(const char *remote, const char *local)
{
	static char buffer[256 * 1024];
	libssh2_struct_stat info;
	libssh2_struct_stat_size left;
	LIBSSH2_CHANNEL *channel = libssh2_scp_recv2(warm.session, remote, &info);
	size_t piece = eco ? 4096 : sizeof buffer;
	int file;
	if (!channel)
		return fail("get");
	file = open(local, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	for (left = info.st_size; left > 0;) {
		/* What follows the file is its status byte. */
		ssize_t length = libssh2_channel_read(channel, buffer, left < (libssh2_struct_stat_size)piece ? (size_t)left : piece);
		if (length <= 0 || write(file, buffer, length) != length)
			return fail("get");
		left -= length;
		yield();
	}
	close(file);
	libssh2_channel_free(channel);
	return 1;
}

static int put(const char *local, const char *remote)
{
	static char buffer[256 * 1024];
	struct stat info;
	LIBSSH2_CHANNEL *channel;
	ssize_t length;
	int file = open(local, O_RDONLY);
	if (file < 0 || fstat(file, &info))
		return fail("local file");
	channel = libssh2_scp_send64(warm.session, remote, info.st_mode & 0777, info.st_size, 0, 0);
	if (!channel)
		return fail("put");
	while ((length = read(file, buffer, eco ? 1024 : sizeof buffer)) > 0) {
		ssize_t done = 0;
		while (done < length) {
			ssize_t written = libssh2_channel_write(channel, buffer + done, length - done);
			if (written < 0)
				return fail("put");
			done += written;
		}
		yield();
	}
	close(file);
	libssh2_channel_send_eof(channel);
	libssh2_channel_wait_eof(channel);
	libssh2_channel_wait_closed(channel);
	libssh2_channel_free(channel);
	return 1;
}

static int work(const char *name, const char *one, const char *two)
{
	if (strcmp(name, "open") == 0)
		return open_connection(&warm) ? fail("open") : 1;
	if (strcmp(name, "exec") == 0)
		return one_by_one(atoi(one), two);
	if (strcmp(name, "parallel") == 0)
		return at_once(atoi(one), two);
	if (strcmp(name, "first") == 0)
		return first(one);
	if (strcmp(name, "get") == 0)
		return get(one, two);
	if (strcmp(name, "put") == 0)
		return put(one, two);
	return fail(name);
}

int main(int count, char **arguments)
{
	static char line[4096];
	if (count > 1 && strcmp(arguments[1], "--version") == 0) {
		puts(libssh2_version(0));
		return 0;
	}
	eco = getenv("BENCH_ECO") != NULL;
	libssh2_init(0);
	while (fgets(line, sizeof line, stdin)) {
		char *name = strtok(line, "\t\n"), *one = strtok(NULL, "\t\n"), *two = strtok(NULL, "\t\n");
		if (name && work(name, one ? one : "", two ? two : ""))
			puts("ok");
		fflush(stdout);
	}
	close_connection(&warm);
	return 0;
}
