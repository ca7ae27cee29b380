"""A session for threads, against sshd."""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import sshrpc

from .server import LIMITS, Server, ServerTest, daemon_path, home, joined, kill, start, until


class SessionTest(ServerTest):
    session: ClassVar[sshrpc.Session]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.session = sshrpc.connect(**cls.server.address)
        cls.addClassCleanup(cls.session.close)

    def local(self, name: str = "file") -> Path:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Path(folder.name) / name


class ConnectTest(SessionTest):
    """With a session that stays, so that the daemon does: to start one takes longer than a login."""

    def test_says_whom_it_reached(self) -> None:
        with sshrpc.connect(**self.server.address) as session:
            self.assertTrue(session.server_ident.startswith("SSH-2.0-OpenSSH"))
            self.assertEqual(session.host_key.type, "ssh-ed25519")
            self.assertEqual(session.host_key.fingerprint, self.server.fingerprint)
            self.assertEqual(session.auth_method, "password")
            self.assertIn("alice@127.0.0.1", repr(session))

    def test_says_what_was_negotiated(self) -> None:
        options = {"algorithms": {"kex": ["curve25519-sha256"]}, "warn_weak_crypto": True}
        with sshrpc.connect(**self.server.address, **options) as session:
            self.assertEqual(session.kex, "curve25519-sha256")
            self.assertFalse(session.post_quantum)
            self.assertRegex(session.warnings[0], "not using a post-quantum key exchange")
            self.assertNotEqual(session.cipher, "")
            self.assertNotEqual(session.mac, "")
            self.assertIsNone(session.host_key.certificate)
        with sshrpc.connect(**self.server.address) as session:
            self.assertEqual(session.warnings, ())

    def test_a_certificate_that_is_none_is_named(self) -> None:
        path = Path(self.server.private_key_path + ".pub")
        address = {**self.server.address, "password": None}
        with self.assertRaises(sshrpc.AuthenticationFailed) as raised:
            sshrpc.connect(**address, certificate_files=[path], agent=False)
        self.assertEqual(raised.exception.data["skipped"][0]["path"], str(path))

    def test_parameters_by_position(self) -> None:
        server = self.server
        with sshrpc.connect(server.host, server.port, server.username, server.password) as session:
            self.assertEqual(session.run("echo hi").stdout, b"hi\n")
            self.assertEqual(session.ignored, ())

    def test_options_in_pythons_spelling(self) -> None:
        options = {"identity_files": [Path(self.server.private_key_path)], "keepalive_interval": 5}
        address = {**self.server.address, "password": None}
        with sshrpc.connect(**address, **options) as session:
            self.assertEqual(session.auth_method, "publickey")

    def test_a_relative_path_counts_from_our_working_directory(self) -> None:
        path = os.path.relpath(self.server.private_key_path)
        address = {**self.server.address, "password": None}
        with sshrpc.connect(**address, identity_files=[path]) as session:
            self.assertEqual(session.auth_method, "publickey")

    def test_a_configuration_says_the_rest(self) -> None:
        server = self.server
        for given in (
            {},
            {"port": server.port},
            {"username": server.username},
            {"port": server.port, "username": server.username},
        ):
            config = server.ssh_config(port="port" not in given, user="username" not in given)
            options: Any = {"password": server.password, "config": config, **given}
            with self.subTest(given), sshrpc.connect("foo", **options) as session:
                self.assertEqual(session.run("echo in").stdout, b"in\n")
                self.assertEqual(repr(session), f"<sshrpc.Session alice@foo:{server.port}>")
                self.assertEqual(session.host, "foo")
                self.assertEqual(session.port, server.port)
                self.assertEqual(session.username, server.username)
                self.assertEqual(session.ignored, ("forwardagent yes",))

    def test_a_configuration_relative_to_our_working_directory(self) -> None:
        config = os.path.relpath(self.server.ssh_config())
        previous = Path.cwd()
        # The daemon is started elsewhere than the call is made.
        os.chdir("/")
        self.addCleanup(os.chdir, previous)
        with sshrpc.Daemon() as daemon:
            os.chdir(previous)
            options: Any = {"password": self.server.password, "config": config, "daemon": daemon}
            with sshrpc.connect("foo", **options) as session:
                self.assertEqual(session.run("echo in").stdout, b"in\n")

    def test_through_another_session(self) -> None:
        address = self.server.address
        with sshrpc.Daemon() as own, sshrpc.connect(**address, daemon=own) as gate:
            with sshrpc.connect(**address, via=gate) as session:
                self.assertIs(session.daemon, own)
                self.assertEqual(session.run("echo in").stdout, b"in\n")
                states = own.status()["sessions"]
                self.assertEqual([each.get("via") for each in states], [None, gate.handle])
            sshrpc.connect(**address, via=gate, daemon=own).close()
            with sshrpc.Daemon() as other:
                others: Any = ({"daemon": other}, {"daemon": daemon_path}, {"share": False})
                for each in others:
                    with self.assertRaisesRegex(ValueError, "another daemon"):
                        sshrpc.connect(**address, via=gate, **each)
            number: Any = gate.handle
            with self.assertRaisesRegex(TypeError, "via must be a Session of sshrpc, not int"):
                sshrpc.connect(**address, via=number)
            gate.close()
            with self.assertRaises(sshrpc.SessionNotFound):
                sshrpc.connect(**address, via=gate)

    def test_an_unknown_option_is_a_type_error(self) -> None:
        with self.assertRaisesRegex(TypeError, "no option 'compresion'"):
            sshrpc.connect("localhost", compresion=True)  # type: ignore[call-arg]  # pyright: ignore

    def test_authentication_failed(self) -> None:
        with self.assertRaises(sshrpc.AuthenticationFailed) as caught:
            sshrpc.connect(**{**self.server.address, "password": "wrong"})
        self.assertEqual(caught.exception.kind, "AuthenticationFailed")
        self.assertEqual(caught.exception.code, 2004)
        self.assertIn("password", caught.exception.data["methods"])
        self.assertNotIn("wrong", str(caught.exception))

    def test_connect_failed_is_a_connection_error(self) -> None:
        with self.assertRaises(ConnectionError) as caught:
            sshrpc.connect("127.0.0.1", 1, "alice")
        self.assertIsInstance(caught.exception, sshrpc.ConnectFailed)
        self.assertEqual(caught.exception.data["errno"], "ECONNREFUSED")  # type: ignore[attr-defined] # pyright: ignore

    def test_a_changed_host_key_is_refused(self) -> None:
        server = self.server
        known = Path(home) / "changed"
        fake = "AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43
        known.write_text(f"[127.0.0.1]:{server.port} ssh-ed25519 {fake}\n")
        with self.assertRaises(sshrpc.HostKeyRejected) as caught:
            sshrpc.connect(**server.address, known_hosts=[known])
        self.assertEqual(caught.exception.data["reason"], "changed")

    def test_a_login_that_cannot_be_asked_for_takes_no_other_session_along(self) -> None:
        with sshrpc.connect(**self.server.address) as session:
            for _ in range(2):
                with self.assertRaises(sshrpc.InvalidParams):
                    sshrpc.connect(**{**self.server.address, "password": "\ud800"})
            self.assertEqual(session.run("echo on").stdout, b"on\n")

    def test_an_unclosed_session_is_warned_of_and_freed(self) -> None:
        with sshrpc.Daemon() as daemon:
            sshrpc.connect(**self.server.address, daemon=daemon)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                sshrpc.connect(**self.server.address, daemon=daemon)
                gc.collect()
            self.assertIn(ResourceWarning, [each.category for each in caught])
            until(lambda: not daemon.status()["sessions"], "they are freed")


class LastSessionTest(ServerTest):
    def test_one_daemon_is_shared_and_ends_with_its_last_session(self) -> None:
        first = sshrpc.connect(**self.server.address)
        second = sshrpc.connect(**self.server.address)
        self.assertIs(first.daemon, second.daemon)
        own = sshrpc.connect(**self.server.address, share=False)
        self.assertNotEqual(own.daemon.pid, first.daemon.pid)
        own.close()
        self.assertRaises(ProcessLookupError, os.kill, own.daemon.pid, 0)
        first.close()
        self.assertEqual(second.run("echo on").stdout, b"on\n")
        second.close()
        self.assertRaises(ProcessLookupError, os.kill, second.daemon.pid, 0)

    def test_closing_twice_and_calling_after(self) -> None:
        for others in (0, 1):
            kept = [sshrpc.connect(**self.server.address) for _ in range(others)]
            session = sshrpc.connect(**self.server.address)
            stream = session.stream("cat", stdin=True)
            session.close()
            session.close()
            for act in (
                lambda: session.run("true"),
                lambda: session.stream("true"),
                lambda: session.get("/etc/passwd", "/tmp/x"),
                lambda: session.put("/etc/passwd", "/tmp/x"),
                lambda: session.read_bytes("/etc/passwd"),
                lambda: session.write_bytes("/tmp/x", b""),
                lambda: stream.write(b"x"),
                lambda: stream.close_stdin(),
                lambda: stream.send_signal("TERM"),
            ):
                with self.subTest(act, others=others):
                    with self.assertRaises(sshrpc.SessionNotFound) as caught:
                        act()
                    self.assertEqual(caught.exception.dispatched, "no")
            for each in kept:
                each.close()

    def test_what_runs_hears_that_the_session_was_closed(self) -> None:
        for others in (0, 1):
            kept = [sshrpc.connect(**self.server.address) for _ in range(others)]
            session = sshrpc.connect(**self.server.address)
            stream = session.stream("echo ready; exec sleep 38")
            next(stream)
            session.close()
            with self.subTest(others=others), self.assertRaises(sshrpc.SessionClosed):
                stream.wait()
            for each in kept:
                each.close()
            self.assertRaises(ProcessLookupError, os.kill, session.daemon.pid, 0)


class RunTest(SessionTest):
    def test_stdout_stderr_and_exit_code(self) -> None:
        result = self.session.run("echo out; echo err >&2; exit 7")
        self.assertEqual(
            (result.stdout, result.stderr, result.exit_code, result.signal),
            (b"out\n", b"err\n", 7, None),
        )

    def test_a_signal(self) -> None:
        result = self.session.run("kill -TERM $$")
        self.assertEqual((result.exit_code, result.signal), (143, "TERM"))

    def test_text(self) -> None:
        self.assertEqual(self.session.run("printf 'grüße\\r\\n'", text=True).stdout, "grüße\n")
        latin = self.session.run("printf '\\374'", encoding="latin-1")
        self.assertEqual(latin.stdout, "ü")
        self.assertEqual(self.session.run("printf '\\374'", errors="replace").stdout, "\ufffd")
        self.assertEqual(self.session.run("cat", text=True, input="€").stdout, "€")
        with self.assertRaises(TypeError):
            self.session.run("cat", input="text")  # type: ignore[call-overload]  # pyright: ignore

    def test_output_that_is_no_text(self) -> None:
        with self.assertRaises(UnicodeDecodeError) as caught:
            self.session.run("printf 'gr\\374n'; echo oops >&2; exit 3", text=True)
        for error in (caught.exception, pickle.loads(pickle.dumps(caught.exception))):
            assert isinstance(error, sshrpc.OutputNotText)
            result = error.result
            self.assertEqual((result.stdout, result.stderr), (b"gr\xfcn", b"oops\n"))
            self.assertEqual((result.exit_code, error.stdout), (3, b"gr\xfcn"))
            self.assertEqual((error.encoding, error.start, error.dispatched), ("utf-8", 2, "yes"))
            self.assertIn("can't decode byte 0xfc", str(error))

    def test_an_encoding_that_is_none(self) -> None:
        file = self.server.home / "touched"
        options: list[dict[str, Any]] = [{"encoding": "nope"}, {"encoding": "hex"}]
        for each in [*options, {"errors": "nope"}, {"text": True, "errors": "nope"}]:
            with self.subTest(each), self.assertRaises(LookupError):
                self.session.run(f"touch {file}", **each)
        self.assertFalse(file.exists())

    def test_what_is_no_command_and_no_path(self) -> None:
        for value in (["ls", "-l"], 5, None):
            wrong: Any = value
            for act, words in (
                (lambda: self.session.run(wrong), "a command must be str or bytes-like"),
                (lambda: self.session.stream(wrong), "a command must be str or bytes-like"),
                (lambda: self.session.read_bytes(wrong), "a remote path must be str, bytes-like or"),
                (lambda: self.session.put("/etc/passwd", wrong), "a remote path must be str, bytes"),
            ):
                with self.assertRaisesRegex(TypeError, words):
                    act()
        command: Any = bytearray(b"echo 1")
        self.assertEqual(self.session.run(command).stdout, b"1\n")

    def test_every_byte(self) -> None:
        data = bytes(range(256)) * 10
        self.assertEqual(self.session.run("cat", input=data).stdout, data)
        self.assertEqual(self.session.run("cat", input=bytearray(b"")).stdout, b"")

    def test_check(self) -> None:
        self.session.run("true", check=True)
        with self.assertRaises(sshrpc.CommandFailed) as caught:
            self.session.run("echo so far; exit 3", check=True, text=True)
        self.assertEqual((caught.exception.exit_code, caught.exception.stdout), (3, "so far\n"))
        self.assertEqual(str(caught.exception), "'echo so far; exit 3' ended with exit code 3")

    def test_merged(self) -> None:
        result = self.session.run(
            "echo 1; sleep .1; echo 2 >&2; sleep .1; echo 3", merge_stderr=True
        )
        self.assertEqual((result.stdout, result.stderr), (b"1\n2\n3\n", b""))

    def test_env_and_pty(self) -> None:
        with self.assertRaises(sshrpc.ChannelRequestDenied) as caught:
            self.session.run("true", env={"FOO": "bar"})
        self.assertEqual(caught.exception.dispatched, "no")
        result = self.session.run("stty size", pty={"rows": 30, "columns": 90}, text=True)
        self.assertEqual(result.stdout, "30 90\n")

    def test_time_out_has_what_had_arrived(self) -> None:
        for limit in LIMITS:
            with self.assertRaises(TimeoutError) as caught:
                self.session.run("echo some; echo bad >&2; sleep 330", timeout=limit)
            error = caught.exception
            assert isinstance(error, sshrpc.Timeout)
            if error.stdout and error.stderr:
                break
        self.assertEqual((error.stdout, error.stderr), (b"some\n", b"bad\n"))
        self.assertEqual(error.data["phase"], "run")
        self.assertEqual(error.dispatched, "yes")
        until(lambda: "sleep 330" not in commands(self.server), "the command is gone")

    def test_output_too_large_has_what_fits(self) -> None:
        with self.assertRaises(sshrpc.OutputTooLarge) as caught:
            self.session.run("yes", max_output=10)
        self.assertEqual(caught.exception.stdout, b"y\ny\ny\ny\ny\n")

    def test_arguments_that_are_none(self) -> None:
        with self.assertRaises(TypeError):
            self.session.run("true", timeout="soon")  # type: ignore[call-overload]  # pyright: ignore
        self.assertRaises(sshrpc.InvalidParams, self.session.run, "echo \ud800")
        self.assertRaises(sshrpc.InvalidParams, self.session.run, "echo \0")
        self.assertEqual(self.session.run("echo on").stdout, b"on\n")

    def test_a_command_that_is_no_text(self) -> None:
        name = b"\xff\xe9.\x80"
        for command in (b"printf %s " + name, "printf %s " + os.fsdecode(name)):
            result = self.session.run(command)
            self.assertEqual((result.stdout, result.command), (name, command))
        with self.session.stream(b"printf %s " + name) as stream:
            self.assertEqual(b"".join(chunk for _, chunk in stream), name)

    def test_ctrl_c_cancels_the_remote_command(self) -> None:
        timer = threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT])
        timer.start()
        self.assertRaises(KeyboardInterrupt, self.session.run, "sleep 34")
        until(lambda: "sleep 34" not in commands(self.server), "the command is gone")
        self.assertEqual(self.session.run("echo on").stdout, b"on\n")

    def test_ctrl_c_in_a_large_write_leaves_the_connection_whole(self) -> None:
        for delay in (0.001, 0.005, 0.02):
            signal.setitimer(signal.ITIMER_REAL, delay)
            previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
            try:
                self.session.run("sleep 0.3; cat >/dev/null", input=bytes(20_000_000))
            except KeyboardInterrupt:
                pass
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, previous)
        self.assertEqual(self.session.run("echo on").stdout, b"on\n")

    def test_the_connection_lost(self) -> None:
        server = Server()
        self.addCleanup(server.close)
        for limit in LIMITS:
            with sshrpc.connect(**server.address) as session:
                threading.Timer(limit, server.ask, ["kill"]).start()
                with self.assertRaises(sshrpc.ConnectionLost) as caught:
                    session.run("echo before; sleep 350")
                self.assertRaises(sshrpc.SessionClosed, session.run, "true")
            if caught.exception.stdout:
                break
        self.assertEqual(caught.exception.stdout, b"before\n")

    def test_200_threads_at_once_on_one_session(self) -> None:
        results: dict[int, bytes] = {}

        def task(number: int) -> None:
            command = f"echo {number}; echo {number} >&2; exit {number}"
            result = self.session.run(command, input=b"%d" % number, timeout=60)
            if result.stderr == result.stdout and result.exit_code == number:
                results[number] = result.stdout

        threads = [threading.Thread(target=task, args=(number,)) for number in range(200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, {number: b"%d\n" % number for number in range(200)})


class StreamTest(SessionTest):
    def test_chunks_in_order_then_the_exit_code(self) -> None:
        with self.session.stream(
            "echo 1; sleep .1; echo 2 >&2; sleep .1; echo 3; exit 4"
        ) as stream:
            self.assertEqual(
                list(stream), [("stdout", b"1\n"), ("stderr", b"2\n"), ("stdout", b"3\n")]
            )
        self.assertEqual((stream.exit_code, stream.signal), (4, None))

    def test_more_than_the_window(self) -> None:
        digest = hashlib.sha256()
        size = 0
        with self.session.stream("head -c 20000000 /dev/zero", window=100_000) as stream:
            for name, chunk in stream:
                self.assertEqual(name, "stdout")
                digest.update(chunk)
                size += len(chunk)
        self.assertEqual(size, 20_000_000)
        self.assertEqual(digest.hexdigest(), hashlib.sha256(bytes(20_000_000)).hexdigest())

    def test_what_is_not_taken_makes_the_command_wait(self) -> None:
        file = self.server.home / "progress"
        command = f"yes | head -c 30000000; touch {file}"
        with self.session.stream(command, window=100_000) as stream:
            next(stream)
            time.sleep(0.5)
            self.assertFalse(file.exists())
            stream.wait()
            self.assertTrue(file.exists())

    def test_a_dialogue(self) -> None:
        with self.session.stream(
            'while read x; do echo "<$x>"; done; exit 2', stdin=True
        ) as stream:
            for word in (b"one", b"two"):
                stream.write(word + b"\n")
                self.assertEqual(next(stream), ("stdout", b"<" + word + b">\n"))
            stream.close_stdin()
            self.assertEqual(stream.wait(), 2)
            self.assertRaises(sshrpc.CommandNotFound, stream.write, b"late")

    def test_input_is_what_it_was_at_the_call(self) -> None:
        data = bytearray(b"a" * 5_000_000)
        with self.session.stream("cat", input=data) as stream:
            data[:] = b"b" * len(data)
            data.clear()
            self.assertEqual(b"".join(chunk for _, chunk in stream), b"a" * 5_000_000)

    def test_leaving_the_block_after_writing_waits_for_the_command(self) -> None:
        data = os.urandom(5_000_000)
        file = self.server.home / "written"
        with self.session.stream(f"cat > {file}", stdin=True) as stream:
            stream.write(data)
        self.assertEqual(stream.exit_code, 0)
        self.assertEqual(file.read_bytes(), data)

    def test_leaving_in_the_middle_cancels_the_command(self) -> None:
        with self.session.stream("echo begin; exec sleep 36") as stream:
            for _ in stream:
                break
        until(lambda: "sleep 36" not in commands(self.server), "the command is gone")
        with self.assertRaises(ZeroDivisionError), self.session.stream("exec sleep 36"):
            raise ZeroDivisionError
        until(lambda: "sleep 36" not in commands(self.server), "the command is gone")

    def test_a_signal(self) -> None:
        with self.session.stream("echo ready; exec sleep 37") as stream:
            next(stream)
            stream.send_signal(signal.SIGTERM)
            self.assertEqual(stream.wait(), 143)
        self.assertEqual(stream.signal, "TERM")

    def test_cancelling_in_another_thread(self) -> None:
        failures: list[BaseException] = []
        taken: list[sshrpc.Chunk] = []
        stream = self.session.stream("echo ready; exec sleep 47")

        def iterate() -> None:
            try:
                taken.extend(stream)
            except sshrpc.SSHError as error:
                failures.append(error)

        def wait() -> None:
            try:
                stream.wait()
            except sshrpc.SSHError as error:
                failures.append(error)

        threads = [start(iterate), start(wait)]
        until(lambda: "sleep 47" in commands(self.server), "the command runs")
        stream.cancel()
        for thread in threads:
            joined(thread)
        self.assertEqual([type(each) for each in failures], [sshrpc.Cancelled] * 2)
        self.assertRaises(sshrpc.Cancelled, stream.wait)
        self.assertIsNone(stream.exit_code)
        until(lambda: "sleep 47" not in commands(self.server), "the command is gone")

    def test_cancelling_inside_the_block(self) -> None:
        with self.session.stream("exec sleep 48") as stream:
            stream.cancel()
        until(lambda: "sleep 48" not in commands(self.server), "the command is gone")

    def test_two_threads_wait(self) -> None:
        codes: list[int | None] = []
        with self.session.stream("read x; exit 3", stdin=True) as stream:
            threads = [start(lambda: codes.append(stream.wait())) for _ in range(2)]
            until(lambda: all(is_waiting(each) for each in threads), "both wait")
            stream.close_stdin()
            for thread in threads:
                joined(thread)
        self.assertEqual(codes, [3, 3])
        self.assertEqual(stream.wait(), 3)

    def test_two_threads_get_the_error(self) -> None:
        failures: list[sshrpc.Timeout]

        def wait(stream: sshrpc.Stream) -> None:
            try:
                stream.wait()
            except sshrpc.Timeout as error:
                failures.append(error)

        for limit in LIMITS:
            failures = []
            stream = self.session.stream("exec sleep 490", timeout=limit)
            threads = [start(lambda: wait(stream)) for _ in range(2)]  # noqa: B023
            for thread in threads:
                joined(thread)
            if failures[0].data["phase"] == "run":
                break
        self.assertEqual([each.data["phase"] for each in failures], ["run", "run"])
        self.assertIsNot(*failures)

    def test_two_threads_take_the_output(self) -> None:
        size = 3_000_000
        counts: list[int] = []
        stream = self.session.stream(f"head -c {size} /dev/zero", window=10_000)
        threads = [
            start(lambda: counts.append(sum(len(chunk) for _, chunk in stream))) for _ in range(4)
        ]
        for thread in threads:
            joined(thread)
        self.assertEqual(sum(counts), size)

    def test_a_window_that_never_opens(self) -> None:
        for window in (0, -1):
            with self.assertRaises(sshrpc.InvalidParams) as caught:
                self.session.stream("true", window=window)
            self.assertEqual(caught.exception.dispatched, "no")
        with self.session.stream("echo 12345", window=1) as stream:
            self.assertEqual(b"".join(chunk for _, chunk in stream), b"12345\n")

    def test_a_time_out(self) -> None:
        seen: list[sshrpc.Chunk] = []
        for limit in LIMITS:
            with (
                self.assertRaises(sshrpc.Timeout) as caught,
                self.session.stream("echo x; sleep 380", timeout=limit) as stream,
            ):
                for chunk in stream:
                    seen.append(chunk)
            if seen:
                break
        self.assertEqual(seen, [("stdout", b"x\n")])
        self.assertEqual(caught.exception.data["stdoutBytes"], 2)

    def test_write_and_read_by_two_threads(self) -> None:
        data = os.urandom(8_000_000)
        received = bytearray()
        with self.session.stream("cat", stdin=True, window=65536) as stream:

            def feed() -> None:
                stream.write(data)
                stream.close_stdin()

            writer = threading.Thread(target=feed)
            writer.start()
            for _, chunk in stream:
                received += chunk
            writer.join()
        self.assertEqual(bytes(received), data)


class TransferTest(SessionTest):
    def test_bytes_there_and_back(self) -> None:
        data = bytes(range(256))
        path = str(self.server.home / "ünï code")
        self.session.write_bytes(path, data, mode=0o600)
        self.assertEqual(Path(path).stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.session.read_bytes(path), data)
        self.session.write_bytes(path, memoryview(b"a b c d")[::2])
        self.assertEqual(self.session.read_bytes(path), b"abcd")

    def test_files_there_and_back(self) -> None:
        source, dest = self.local("source"), self.local("dest")
        source.write_bytes(b"content")
        path = str(self.server.home / "file")
        self.session.put(source, path)
        previous = Path.cwd()
        os.chdir(dest.parent)
        try:
            self.assertEqual(self.session.get(path, "dest"), 7)
        finally:
            os.chdir(previous)
        self.assertEqual(dest.read_bytes(), b"content")

    def test_remote_names_that_are_no_text(self) -> None:
        name = b"caf\xe9 \xff'"
        self.session.write_bytes(name, b"1")
        self.assertEqual(self.session.read_bytes(os.fsdecode(name)), b"1")
        local = self.local()
        self.session.get(name, local)
        self.session.put(local, name + b"2")
        here = os.listdir(os.fsencode(self.server.home))
        self.assertLessEqual({name, name + b"2"}, set(here))
        self.assertEqual(self.session.run(b"cat *\xff*").stdout, b"11")

    def test_errors(self) -> None:
        with self.assertRaises(sshrpc.ScpRemoteError):
            self.session.read_bytes("/nonexistent")
        with self.assertRaises(OSError) as caught:
            self.session.put("nonexistent", "/tmp/x")
        error = caught.exception
        assert isinstance(error, sshrpc.LocalFileError)
        self.assertEqual(error.errno, 2)
        self.assertEqual(error.filename, str(Path("nonexistent").absolute()))
        with self.assertRaises(sshrpc.OutputTooLarge):
            self.session.read_bytes("/etc/passwd", max_bytes=10)

    def test_much_through_memory_and_by_path(self) -> None:
        # More than the windows and buffers on the way hold.
        data = os.urandom(1 << 20) * 40
        path = str(self.server.home / "large")
        self.session.write_bytes(path, data)
        self.assertTrue(self.session.read_bytes(path) == data)
        self.assertTrue(self.session.run(f"cat {path}").stdout == data)
        self.assertTrue(self.session.run("cat", input=data).stdout == data)
        local = self.local()
        self.assertEqual(self.session.get(path, local), len(data))
        self.assertTrue(local.read_bytes() == data)
        self.session.put(local, path + ".2")
        self.assertTrue(Path(path + ".2").read_bytes() == data)

    def test_more_than_a_message_takes(self) -> None:
        with self.assertRaises(sshrpc.InvalidParams) as caught:
            self.session.write_bytes("/tmp/x", bytes(257 << 20))
        self.assertIn("put", str(caught.exception))
        self.assertEqual(caught.exception.dispatched, "no")

    def test_progress(self) -> None:
        seen: list[tuple[int, int]] = []
        size = 3_000_000
        path = str(self.server.home / "progress")
        self.session.write_bytes(path, bytes(size), progress=lambda *each: seen.append(each))
        self.assertEqual((seen[0], seen[-1]), ((0, size), (size, size)))
        self.assertEqual(seen, sorted(seen))
        local = self.local()
        for act in (
            lambda: self.session.get(path, local, progress=lambda *each: seen.append(each)),
            lambda: self.session.put(local, path, progress=lambda *each: seen.append(each)),
            lambda: self.session.read_bytes(path, progress=lambda *each: seen.append(each)),
        ):
            seen.clear()
            act()
            self.assertEqual((seen[0], seen[-1]), ((0, size), (size, size)))

    def test_progress_that_raises_cancels_the_transfer(self) -> None:
        def stop(_count: int, _total: int) -> None:
            raise ZeroDivisionError

        local = self.local()
        local.write_bytes(b"before")
        with self.assertRaises(ZeroDivisionError):
            self.session.get("/etc/passwd", local, progress=stop)
        self.assertEqual(self.session.run("echo on").stdout, b"on\n")


class DaemonDeathTest(ServerTest):
    def test_every_waiter_gets_the_error_at_once(self) -> None:
        session = sshrpc.connect(**self.server.address)
        failures: list[BaseException] = []

        def wait() -> None:
            try:
                session.run("sleep 390")
            except BaseException as error:
                failures.append(error)

        threads = [start(wait) for _ in range(50)]
        until(lambda: "sleep 390" in commands(self.server), "it runs")
        kill(session.daemon.pid, signal.SIGKILL)
        for thread in threads:
            joined(thread)
        self.assertEqual(len(failures), 50)
        for error in failures:
            self.assertIsInstance(error, sshrpc.DaemonError)
            self.assertIn("was killed by signal 9", str(error))
            self.assertEqual(error.dispatched, "maybe")  # type: ignore[attr-defined]  # pyright: ignore
        self.assertRaises(sshrpc.DaemonError, session.run, "true")
        with sshrpc.connect(**self.server.address) as again:
            self.assertEqual(again.run("echo new").stdout, b"new\n")
        session.close()

    def test_a_stream_too(self) -> None:
        session = sshrpc.connect(**self.server.address)
        with self.assertRaises(sshrpc.DaemonError), session.stream("echo x; sleep 40") as stream:
            next(stream)
            kill(session.daemon.pid, signal.SIGKILL)
            next(stream)
        session.close()


def is_waiting(thread: threading.Thread) -> bool:
    """Whether it waits for the daemon at this moment."""
    frame = sys._current_frames().get(thread.ident or 0)  # pyright: ignore[reportPrivateUsage]
    return frame is not None and frame.f_code.co_name == "next_event"


def commands(server: Server) -> str:
    """The command lines that the server's sessions run."""
    lines: list[str] = []
    for pid in server.ask("commands"):
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            lines.append(os.fsdecode(b" ".join(words)))
    return "\n".join(lines)
