"""What users of subprocess, pathlib, paramiko, asyncssh and fabric are used to."""

from __future__ import annotations

import asyncio
import copy
import errno
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import sshrpc
from sshrpc import aio
from sshrpc.connecting import connect_call
from sshrpc.errors import make_error
from sshrpc.programs import ExecOptions

from .server import COSTLY, LIMITS, ServerTest


class Path8:
    """A path of nobody's library."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return self._path


class ValuesTest(unittest.TestCase):
    def test_a_result_shows_its_output_shortened(self) -> None:
        result = sshrpc.Result("uname", 0, None, b"Linux\n", "")  # type: ignore[type-var]
        shown = r"Result(command='uname', exit_code=0, signal=None, stdout=b'Linux\n', stderr='')"
        self.assertEqual(repr(result), shown)
        text = repr(sshrpc.Result("yes", 0, None, b"y\n" * 5_000_000, b""))
        self.assertLess(len(text), 1000)
        self.assertIn("… (10000000 bytes)", text)

    def test_values_are_compared_hashed_copied_and_matched(self) -> None:
        one, same, other = (sshrpc.Result("x", n, None, b"a", b"b") for n in (0, 0, 1))
        self.assertEqual(one, same)
        self.assertNotEqual(one, other)
        self.assertEqual(len({one, same, other}), 2)
        self.assertEqual(pickle.loads(pickle.dumps(one)), one)
        self.assertEqual(copy.copy(one), one)
        self.assertEqual(sshrpc.Result.__match_args__[:2], ("command", "exit_code"))
        self.assertIs(sshrpc.Result[bytes].__origin__, sshrpc.Result)  # type: ignore[attr-defined]

    def test_a_failed_command_quotes_its_last_words(self) -> None:
        stderr = b"warning\nls: cannot access '/x\x1b[2J'\n\n"
        failed = sshrpc.CommandFailed(sshrpc.Result("ls /x", 2, None, b"", stderr))
        self.assertEqual(str(failed), "'ls /x' ended with exit code 2: ls: cannot access '/x [2J'")
        quiet = sshrpc.CommandFailed(sshrpc.Result("false", 1, None, "", ""))
        self.assertEqual(str(quiet), "'false' ended with exit code 1")


class SystemErrorsTest(unittest.TestCase):
    """An error whose reason is a system's is of Python's own class for that."""

    def error(self, number: int, **data: Any) -> Any:
        return make_error(number, "message", data)

    def test_codes_and_words(self) -> None:
        names = {
            "ENOENT": FileNotFoundError,
            "EACCES": PermissionError,
            "EPERM": PermissionError,
            "EISDIR": IsADirectoryError,
            "ENOTDIR": NotADirectoryError,
            "EEXIST": FileExistsError,
            "ENOSPC": OSError,
        }
        for name, cls in names.items():
            number = getattr(errno, name)
            words = f"scp: /x: {os.strerror(number)}"
            for error, kind in (
                (self.error(4001, code=name), "ScpRemoteError"),
                (self.error(4001, remoteMessage=words), "ScpRemoteError"),
                (self.error(4003, errno=name, path="/x"), "LocalFileError"),
                (self.error(4004, code=name, path="/x"), "RemoteFileError"),
            ):
                with self.subTest(name, kind=kind):
                    self.assertIsInstance(error, cls)
                    self.assertIsInstance(error, getattr(sshrpc, kind))
                    self.assertEqual((error.errno, type(error).__name__), (number, kind))
                    self.assertEqual(str(error), "message")

    def test_a_folder_that_scp_calls_no_regular_file(self) -> None:
        error = self.error(4001, remoteMessage="scp: /tmp: not a regular file")
        self.assertIsInstance(error, IsADirectoryError)

    def test_what_says_nothing_of_a_system(self) -> None:
        error = self.error(4001, remoteMessage="scp: ambiguous target", code="UNKNOWN")
        self.assertIs(type(error), sshrpc.ScpRemoteError)
        self.assertIsNone(error.errno)

    def test_connecting(self) -> None:
        for name, cls in (
            ("ECONNREFUSED", ConnectionRefusedError),
            ("ETIMEDOUT", TimeoutError),
            ("EACCES", PermissionError),
            ("ENOENT", FileNotFoundError),
            ("ENOTFOUND", socket.gaierror),
            ("EAI_AGAIN", socket.gaierror),
        ):
            error = self.error(2001, errno=name)
            self.assertIsInstance(error, cls)
            self.assertIsInstance(error, sshrpc.ConnectFailed)
            self.assertIsInstance(error, ConnectionError)
        self.assertEqual(self.error(2001, errno="ENOTFOUND").errno, socket.EAI_NONAME)
        self.assertIsInstance(self.error(2005, errno="ECONNRESET"), ConnectionResetError)

    def test_they_travel(self) -> None:
        error = self.error(4001, code="ENOENT")
        error.filename = "/x"
        for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
            self.assertIsInstance(again, FileNotFoundError)
            self.assertIsInstance(again, sshrpc.ScpRemoteError)
            self.assertEqual((again.errno, again.filename, str(again)), (2, "/x", "message"))


class MessagesTest(unittest.TestCase):
    def test_options_have_their_names_here(self) -> None:
        words = 'hostKeyPolicy: must be "strict"; hostKeyFingerprints takes it, fooBar and myFile'
        shown = 'host_key_policy: must be "strict"; host_key_fingerprints takes it, fooBar and myFile'
        for code in (-32602, 2003):
            self.assertEqual(str(make_error(code, words, {})), shown)
        self.assertEqual(str(make_error(4001, words, {})), words)


class OptionsTest(unittest.TestCase):
    def params(self, host: str = "h", **given: Any) -> dict[str, Any]:
        port, name = given.pop("port", 22), given.pop("username", None)
        return dict(connect_call(host, port, name, None, given, None, None).params)

    def test_an_address_in_one(self) -> None:
        for text, expected in (
            ("alice@example.org:2222", ("example.org", 2222, "alice")),
            ("alice@example.org", ("example.org", 22, "alice")),
            ("a@b@example.org", ("example.org", 22, "a@b")),
            ("alice@[2001:db8::1]:22", ("2001:db8::1", 22, "alice")),
            ("alice@[2001:db8::1]", ("2001:db8::1", 22, "alice")),
            ("alice@2001:db8::1", ("2001:db8::1", 22, "alice")),
        ):
            params = self.params(text)
            self.assertEqual((params["host"], params["port"], params["username"]), expected)
        self.assertEqual(self.params("h:22", config=True)["port"], 22)
        self.assertEqual(self.params("a@h:2222", port=2222, username="a")["port"], 2222)

    def test_an_address_that_says_otherwise(self) -> None:
        for text, given in (
            ("a@h", {"username": "b"}),
            ("h:2222", {"port": 2223}),
            ("@h", {}),
            ("h:", {}),
            ("h:0", {}),
            ("h:99999", {}),
            ("[::1", {}),
            ("[::1]x", {}),
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                self.params(text, **given)
        host: Any = 5
        self.assertRaises(TypeError, self.params, host)

    def test_one_for_a_list_and_false_for_nothing(self) -> None:
        self.assertEqual(self.params(identity_files="/k")["identityFiles"], ["/k"])
        self.assertEqual(self.params(identity_files=Path("/k"))["identityFiles"], ["/k"])
        self.assertEqual(self.params(known_hosts=Path8("/k"))["knownHosts"], ["/k"])
        self.assertEqual(self.params(known_hosts=[])["knownHosts"], [])
        self.assertNotIn("config", self.params(config=False))
        self.assertIn("username", self.params(config=False))
        self.assertEqual(self.params(private_key=b"text")["privateKey"], "text")
        self.assertEqual(self.params(private_key=bytearray(b"text"))["privateKey"], "text")
        with self.assertRaisesRegex(TypeError, "identity_files"):
            self.params(private_key=Path("key"))


class ExecParamsTest(unittest.TestCase):
    def test_what_is_given_and_nothing_else(self) -> None:
        nothing = ExecOptions(None, None, None, None, False, None)
        self.assertEqual(nothing.params(1, "ls"), {"session": 1, "command": "ls"})
        options = ExecOptions(1.5, 2.5, {"A": "b"}, "export", {"rows": 2}, None)
        expected = {"timeout": 1.5, "idleTimeout": 2.5, "envMode": "export", "env": {"A": "b"}}
        params = {"session": 1, "command": "ls", "pty": {"rows": 2}, **expected}
        self.assertEqual(options.params(1, "ls"), params)


class ImportTest(unittest.TestCase):
    def loaded(self, program: str) -> set[str]:
        code = f"import sys; before = set(sys.modules); {program}; print(*set(sys.modules) - before)"
        return set(subprocess.check_output([sys.executable, "-c", code], text=True).split())

    def test_what_is_not_needed_is_not_loaded(self) -> None:
        self.assertLessEqual(
            {name for name in self.loaded("import sshrpc") if name.startswith("sshrpc")},
            {"sshrpc", "sshrpc._typing"},
        )
        self.assertEqual(self.loaded("import sshrpc; sshrpc.connect") & COSTLY, set())

    def test_every_name_is_there(self) -> None:
        for name in sshrpc.__all__:
            self.assertIn(name, dir(sshrpc))
            self.assertIsNotNone(getattr(sshrpc, name))
        with self.assertRaisesRegex(AttributeError, "no attribute 'conect'"):
            sshrpc.conect  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore
        self.assertIn("asyncio", self.loaded("import sshrpc.aio"))


class SessionTest(ServerTest):
    session: ClassVar[sshrpc.Session]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.session = sshrpc.connect(**cls.server.address)
        cls.addClassCleanup(cls.session.close)

    def folder(self) -> Path:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Path(folder.name)

    def test_connect_takes_what_ssh_takes(self) -> None:
        server = self.server
        address = f"{server.username}@{server.host}:{server.port}"
        with sshrpc.connect(address, password=server.password) as session:
            self.assertEqual(session.host, server.host)
            self.assertEqual((session.port, session.username), (server.port, "alice"))
        key = Path(server.private_key_path).read_bytes()
        with sshrpc.connect(address, private_key=key) as session:
            self.assertEqual(session.auth_method, "publickey")

    def test_files_that_are_not_there(self) -> None:
        remote = self.server.home / "absent" / "file"
        for act, filename in (
            (lambda: self.session.read_bytes(str(remote)), str(remote)),
            (lambda: self.session.get(remote, self.folder() / "x"), remote),
            (lambda: self.session.write_bytes(remote, b"x"), remote),
            (lambda: self.session.put("/etc/passwd", remote), remote),
            (lambda: self.session.put("/absent", "x"), "/absent"),
        ):
            with self.assertRaises(FileNotFoundError) as caught:
                act()
            self.assertEqual((caught.exception.errno, caught.exception.filename), (2, filename))
            self.assertEqual(type(caught.exception).__module__, "sshrpc.errors")

    def test_folders_and_what_must_not_be_read(self) -> None:
        with self.assertRaises(IsADirectoryError):
            self.session.read_bytes(self.server.home)
        with self.assertRaises(IsADirectoryError):
            self.session.get(self.server.home, self.folder() / "x")
        path = self.server.home / "secret"
        self.session.run(f"touch {path}; chmod 0 {path}", check=True)
        with self.assertRaises(PermissionError):
            self.session.read_bytes(path)

    def test_paths_of_any_kind(self) -> None:
        local = self.folder() / "local"
        for remote in (PurePosixPath("path"), Path8("path"), "path", b"path"):
            self.session.write_bytes(remote, b"data")
            self.assertEqual(self.session.read_bytes(remote), b"data")
            self.assertEqual(self.session.get(remote, Path8(str(local))), 4)
            self.session.put(Path8(str(local)), remote)

    def test_what_to_write_instead(self) -> None:
        text: Any = "text"
        with self.assertRaisesRegex(TypeError, "data must be bytes-like, not str: encode"):
            self.session.write_bytes("x", text)
        words: Any = ["ls", "-l"]
        with self.assertRaisesRegex(TypeError, "shlex.join"):
            self.session.run(words)
        path: Any = PurePosixPath("/bin/ls")
        with self.assertRaisesRegex(TypeError, "shlex.quote"):
            self.session.run(path)

    def test_streams_take_text(self) -> None:
        with self.session.stream("cat", stdin=True, input="grü", encoding="latin-1") as stream:
            stream.write("ße\r\n")
            stream.close_stdin()
            self.assertEqual("".join(chunk for _, chunk in stream), "grüße\n")
        with self.session.stream("cat", stdin=True) as plain:
            plain.write("grüße")
            plain.close_stdin()
            self.assertEqual(b"".join(chunk for _, chunk in plain).decode(), "grüße")
            number: Any = 5
            with self.assertRaisesRegex(TypeError, "str or bytes-like, not int"):
                plain.write(number)

    def test_text_that_is_cut_anywhere(self) -> None:
        command = r"for b in '\303' '\274' '\342' '\202' '\254'; do printf $b; sleep 0.01; done"
        with self.session.stream(command, text=True) as stream:
            self.assertEqual("".join(chunk for _, chunk in stream), "ü€")
        with self.session.stream(r"printf 'a\303'", text=True) as stream:
            with self.assertRaises(UnicodeDecodeError):
                list(stream)
        with self.session.stream(r"printf 'a\303'", errors="replace") as stream:
            self.assertEqual("".join(chunk for _, chunk in stream), "a\ufffd")

    def test_lines(self) -> None:
        command = r"printf 'one\ntw'; sleep 0.05; printf 'o\n\nlast'; echo err >&2"
        with self.session.stream(command) as stream:
            found = sorted(stream.lines())
        lines = [b"", b"one", b"two"]
        expected = [("stderr", b"err\n"), *(("stdout", line + b"\n") for line in lines)]
        self.assertEqual(found, sorted([*expected, ("stdout", b"last")]))
        with self.session.stream(r"printf 'a\r\nb\x\n'", text=True) as text:
            self.assertEqual(next(iter(text.lines())), ("stdout", "a\n"))

    def test_lines_that_have_no_end(self) -> None:
        command = "head -c 1000000 /dev/zero"
        with self.session.stream(command, window=100_000) as stream:
            sizes = [len(line) for _, line in stream.lines()]
        self.assertEqual(sum(sizes), 1_000_000)
        self.assertLessEqual(max(sizes), 200_000)

    def test_who_stops_reading_can_let_go(self) -> None:
        command = "echo begun; head -c 20000000 /dev/zero; exit 3"
        with self.session.stream(command, window=1000) as stream:
            name, _ = next(stream)
            self.assertEqual(name, "stdout")
            stream.drain()
            self.assertEqual(stream.wait(), 3)

    def test_output_told_and_collected(self) -> None:
        told: list[Any] = []
        command = "echo out; echo err >&2; exit 2"
        result = self.session.run(command, on_output=lambda *piece: told.append(piece))
        self.assertEqual((result.stdout, result.stderr), (b"out\n", b"err\n"))
        self.assertEqual(result.exit_code, 2)
        self.assertEqual(sorted(told), [("stderr", b"err\n"), ("stdout", b"out\n")])
        told.clear()
        merged = self.session.run(
            command, text=True, merge_stderr=True, on_output=lambda *piece: told.append(piece)
        )
        self.assertEqual(sorted(merged.stdout.split()), ["err", "out"])
        self.assertEqual(sorted(told), [("stderr", "err\n"), ("stdout", "out\n")])
        with self.assertRaises(sshrpc.CommandFailed) as failed:
            self.session.run(command, check=True, on_output=print_nothing)
        self.assertEqual(failed.exception.stdout, b"out\n")

    def test_output_told_and_too_much_or_too_late(self) -> None:
        with self.assertRaises(sshrpc.OutputTooLarge) as large:
            self.session.run("yes", max_output=10, on_output=print_nothing)
        self.assertEqual(large.exception.stdout, b"y\ny\ny\ny\ny\n")
        for limit in LIMITS:
            with self.assertRaises(sshrpc.Timeout) as late:
                self.session.run(
                    "echo begun; exec sleep 600", timeout=limit, on_output=print_nothing
                )
            if late.exception.stdout:
                break
        self.assertEqual(late.exception.stdout, b"begun\n")

        def fails(*_: Any) -> None:
            raise KeyError("mine")

        with self.assertRaises(KeyError):
            self.session.run("yes", on_output=fails)

    def test_the_same_for_asyncio(self) -> None:
        async def main() -> None:
            async with aio.connect(**self.server.address) as session:
                told: list[Any] = []

                async def tell(*piece: Any) -> None:
                    await asyncio.sleep(0)
                    told.append(piece)

                result = await session.run("echo out; echo err >&2", on_output=tell)
                self.assertEqual((result.stdout, result.stderr), (b"out\n", b"err\n"))
                self.assertEqual(sorted(told), [("stderr", b"err\n"), ("stdout", b"out\n")])
                async with session.stream("cat", stdin=True, text=True) as stream:
                    await stream.write("ü\nlast")
                    await stream.close_stdin()
                    lines = [line async for _, line in stream.lines()]
                    self.assertEqual(lines, ["ü\n", "last"])
                command = "echo begun; head -c 20000000 /dev/zero; exit 3"
                async with session.stream(command, window=1000) as endless:
                    await endless.__anext__()
                    endless.drain()
                    self.assertEqual(await endless.wait(), 3)
                with self.assertRaises(FileNotFoundError) as caught:
                    await session.read_bytes(PurePosixPath("/absent"))
                self.assertEqual(caught.exception.filename, PurePosixPath("/absent"))
                with self.assertRaises(KeyError):
                    await session.run("yes", on_output=raises)

        async def raises(*_: Any) -> None:
            raise KeyError("mine")

        asyncio.run(main())

    def test_a_session_that_is_left_to_the_interpreters_end(self) -> None:
        """Where nothing can be loaded any more."""
        program = (
            "import builtins, sys, sshrpc\n"
            "builtins.session = sshrpc.connect(sys.argv[1], password=sys.argv[2])\n"
            "builtins.stream = builtins.session.stream('sleep 60')\n"
        )
        server = self.server
        address = f"{server.username}@{server.host}:{server.port}"
        command = [sys.executable, "-W", "ignore", "-c", program, address, server.password]
        ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=True)
        self.assertEqual(ended.stderr, "")

    def test_where_nobody_can_be_asked(self) -> None:
        """Though the daemon is shared with who can be."""
        folder = self.folder()
        key = folder / "key"
        key.write_bytes(Path(self.server.private_key_path).read_bytes())
        key.chmod(0o600)
        arguments = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "right", "-f", str(key)]
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
        host, port = self.server.host, self.server.port
        with self.assertRaises(sshrpc.AuthenticationFailed) as caught:
            sshrpc.connect(host, port, "alice", identity_files=key, passphrase="wrong", agent=False)
        self.assertIn("wrong", caught.exception.data["skipped"][0]["reason"])
        config = folder / "config"
        # OpenSSH's default is to ask about new hosts.
        lines = ["Host new", f"HostName {host}", f"Port {port}", "User alice"]
        lines += [f"UserKnownHostsFile {folder}/known_hosts", "GlobalKnownHostsFile /dev/null"]
        config.write_text("\n".join(lines))
        with sshrpc.connect("new", password=self.server.password, config=config) as session:
            self.assertEqual(session.host_key.status, "recorded")
            self.assertEqual((session.port, session.username), (port, "alice"))


def print_nothing(*_: Any) -> None:
    """Is told of output."""
