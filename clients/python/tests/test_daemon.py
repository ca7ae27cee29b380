"""Finding, starting and ending the daemon."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import sshrpc
from sshrpc import aio, programs
from sshrpc.process import find_command

from .server import (
    LIMITS,
    PATIENCE,
    Server,
    ServerTest,
    daemon_path,
    gone,
    is_alive,
    joined,
    kill,
    repository,
    source,
    start,
    until,
    without_pip,
)

FAKE = """
    import json, os, sys, time

    def read():
        length = None
        while True:
            line = sys.stdin.buffer.readline().strip()
            if not line and length is None:
                sys.exit()
            if not line:
                return json.loads(sys.stdin.buffer.read(length))
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])

    def write(**message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(text), text))
        sys.stdout.buffer.flush()

    first = read()
    write(id=first["id"], result={
        "capabilities": {"binaryFrames": False}, "limits": {"maxMessageBytes": 1000000}})
"""


def connect_by_asyncio(host: str, **options: Any) -> None:
    async def connect() -> None:
        await (await aio.connect(host, **options)).close()

    asyncio.run(connect())


class FakeTest(unittest.TestCase):
    def fake(self, text: str) -> list[str]:
        """The command of a program that answers initialize, and then does as the text says."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "fake.py"
        path.write_text(textwrap.dedent(FAKE) + textwrap.dedent(text))
        return [sys.executable, str(path)]

    def test_what_is_no_daemon(self) -> None:
        null = '{"jsonrpc":"2.0","id":1,"result":null}'
        answer = f"Content-Length: {len(null)}\\r\\n\\r\\n{null}"
        for command, words in (
            ("/nonexistent/sshrpc", "could not be started"),
            ("nul\0", "could not be started"),
            ("cat", "no sshrpc daemon"),
            ("true", "ended with exit code 0"),
            ("false", "ended with exit code 1"),
            ("sh -c 'echo words >&2; exit 3'", "ended with exit code 3: words"),
            ("sh -c 'kill -9 $$'", "was killed by signal 9"),
            ("echo hello", "the daemon wrote|ended with exit code 0"),
            ("sh -c 'printf \"hello world\\r\\n\\r\\n\"; sleep 5'", "the daemon wrote no header"),
            # Not before the request is there: an answer to nothing is passed over.
            (["sh", "-c", f"head -c 1 >/dev/null; printf '{answer}'; cat >/dev/null"], "no result of initialize"),
            ([], "empty"),
            ("", "empty"),
            ("it's", "No closing quotation"),
        ):
            for connect in (sshrpc.connect, connect_by_asyncio):
                with self.subTest(command, connect=connect):
                    with self.assertRaisesRegex(sshrpc.DaemonError, words) as caught:
                        connect("127.0.0.1", daemon=command)
                    self.assertEqual(caught.exception.dispatched, "no")

    def test_a_flood_of_stderr_does_not_block(self) -> None:
        command = self.fake(
            """
            for _ in range(200):
                sys.stderr.write("x" * 65535 + "\\n")
            while True:
                write(id=read()["id"], result="done")
            """
        )
        with sshrpc.Daemon(command) as daemon:
            self.assertEqual(daemon.request("anything"), "done")

    def test_its_warnings_are_logged(self) -> None:
        command = self.fake('sys.stderr.write("careful\\n"); sys.stderr.flush(); read()')
        with self.assertLogs("sshrpc", "WARNING") as logs, sshrpc.Daemon(command):
            until(lambda: logs.output, "a warning")
        self.assertEqual(logs.output, ["WARNING:sshrpc:careful"])

    def test_a_daemon_that_does_not_end_is_killed(self) -> None:
        command = self.fake("import signal; signal.pause()")
        with mock.patch("sshrpc.daemon.END_TIMEOUT", 0.5):
            daemon = sshrpc.Daemon(command)
            daemon.close()
        gone(daemon.pid)

    def test_a_daemon_that_does_not_keep_the_deadline(self) -> None:
        command = self.fake("import signal; signal.pause()")
        grace = mock.patch("sshrpc.calls.GRACE", 0.2)
        end = mock.patch("sshrpc.daemon.END_TIMEOUT", 0.5)
        with grace, end, self.assertRaises(sshrpc.Timeout) as caught:
            sshrpc.connect("localhost", daemon=command, timeout=0.1)
        self.assertEqual(caught.exception.data["phase"], "daemon")

    def test_nonsense_in_the_middle_is_everybodys_error(self) -> None:
        command = self.fake(
            "read(); sys.stdout.write('Segmentation fault\\r\\n\\r\\n'); sys.stdout.flush(); read()"
        )
        with sshrpc.Daemon(command) as daemon, self.assertRaises(sshrpc.DaemonError) as caught:
            daemon.request("anything")
        self.assertIn("Segmentation fault", str(caught.exception))

    def test_a_closed_input_is_noticed(self) -> None:
        command = self.fake("os.close(0); time.sleep(60)")
        with sshrpc.Daemon(command) as daemon:
            time.sleep(0.2)
            self.assertRaises(sshrpc.DaemonError, daemon.request, "anything")


class FindTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def program(self, name: str) -> Path:
        path = self.folder / name
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    def environment(self, **env: str) -> Any:
        patch = mock.patch.dict(os.environ, env)
        patch.start()
        self.addCleanup(patch.stop)
        return patch

    def test_argument_then_variable_then_path_then_repository(self) -> None:
        named, in_path = self.program("named"), self.program("sshrpc")
        self.environment(SSHRPC_DAEMON=str(named), PATH=f"{self.folder}:{os.environ['PATH']}")
        other = self.program("other")
        self.assertEqual(find_command(other), (str(other),))
        self.assertEqual(find_command(), (str(named),))
        del os.environ["SSHRPC_DAEMON"]
        self.assertEqual(find_command(), (str(in_path),))
        in_path.unlink()
        with mock.patch("sshrpc.process._which", lambda name: "/n/node" if name == "node" else None):
            self.assertEqual(find_command(), ("/n/node", str(repository / "bin" / "sshrpc.js")))

    def test_commands(self) -> None:
        path = self.program("with space")
        self.assertEqual(find_command(str(path)), (str(path),))
        self.assertEqual(find_command("a 'b c' d"), ("a", "b c", "d"))
        self.assertEqual(find_command(["a b", "c"]), ("a b", "c"))
        self.assertEqual(find_command(self.program("x.js"))[1:], (str(self.folder / "x.js"),))

    def test_it_is_nowhere(self) -> None:
        self.environment(PATH="/nonexistent")
        del os.environ["SSHRPC_DAEMON"]
        with mock.patch("sshrpc.process._in_repository", lambda: None):
            self.assertRaisesRegex(sshrpc.DaemonError, "SSHRPC_DAEMON", find_command)


class DaemonTest(ServerTest):
    def test_a_daemon_of_ones_own_outlives_its_sessions(self) -> None:
        with sshrpc.Daemon() as daemon:
            for _ in range(2):
                with sshrpc.connect(**self.server.address, daemon=daemon) as session:
                    self.assertEqual(session.daemon.pid, daemon.pid)
            self.assertEqual(daemon.status()["sessions"], [])
            self.assertEqual(daemon.request("rpc.discover")["info"]["title"], "sshrpc")
        gone(daemon.pid)
        self.assertRaises(sshrpc.DaemonError, daemon.status)

    def test_a_daemon_that_was_killed_is_not_used_again(self) -> None:
        for _ in range(5):
            session = sshrpc.connect(**self.server.address)
            kill(session.daemon.pid, signal.SIGKILL)
            with sshrpc.connect(**self.server.address) as again:
                self.assertEqual(again.run("echo new").stdout, b"new\n")
            session.close()

    def test_closing_when_the_daemon_is_stuck(self) -> None:
        first = sshrpc.connect(**self.server.address)
        last = sshrpc.connect(**self.server.address)
        pid = last.daemon.pid
        kill(pid, signal.SIGSTOP)
        self.addCleanup(kill, pid, signal.SIGKILL)
        for each in ("sshrpc.calls.END_TIMEOUT", "sshrpc.daemon.END_TIMEOUT"):
            patch = mock.patch(each, 0.5)
            patch.start()
            self.addCleanup(patch.stop)
        joined(start(first.close))
        self.assertTrue(is_alive(pid))
        joined(start(last.close))
        self.assertFalse(is_alive(pid))

    def test_without_binary_frames(self) -> None:
        def plain() -> dict[str, Any]:
            return {"processId": os.getpid()}

        data = bytes(range(256)) * 1000
        path = str(self.server.home / "plain")
        with mock.patch("sshrpc.daemon.initialize_params", plain):
            session = sshrpc.connect(**self.server.address, share=False)
        with session:
            self.assertFalse(session.daemon._connection.binary)  # pyright: ignore
            self.assertEqual(session.run("cat", input=data).stdout, data)
            self.assertEqual(session.run("cat", input="€".encode()).stdout.decode(), "€")
            session.write_bytes(path, data)
            self.assertEqual(session.read_bytes(path), data)
            with session.stream("cat", input=data) as stream:
                self.assertEqual(b"".join(chunk for _, chunk in stream), data)
            with self.assertRaises(sshrpc.OutputTooLarge) as caught:
                session.run("printf '\\377\\376x'", max_output=2)
            self.assertEqual(caught.exception.stdout, b"\xff\xfe")
        with sshrpc.connect(**self.server.address) as session:
            self.assertTrue(session.daemon._connection.binary)  # pyright: ignore

    def test_prompts(self) -> None:
        prompts: list[sshrpc.Prompt] = []

        def answer(prompt: sshrpc.Prompt) -> sshrpc.Answer:
            prompts.append(prompt)
            return True if prompt.kind == "host-key" else self.server.password

        known = Path(tempfile.mkdtemp(dir=os.environ["HOME"])) / "known_hosts"
        address = {**self.server.address, "password": None}
        options: Any = {"host_key_policy": "ask", "known_hosts": [known]}
        with sshrpc.connect(**address, **options, on_prompt=answer) as session:
            self.assertEqual(session.run("echo in").stdout, b"in\n")
        self.assertEqual([each.kind for each in prompts], ["host-key", "password"])
        key = prompts[0].host_key
        assert key is not None
        self.assertEqual((key.fingerprint, key.reason), (self.server.fingerprint, "unknown"))
        self.assertEqual(prompts[1].username, "alice")
        self.assertFalse(prompts[1].lines[0].echo)

    def test_prompts_refused(self) -> None:
        address = {**self.server.address, "password": None}
        self.assertRaises(sshrpc.AuthenticationFailed, sshrpc.connect, **address)
        for refuse in (lambda _prompt: None, lambda _prompt: "wrong"):
            with self.assertRaises(sshrpc.AuthenticationFailed):
                sshrpc.connect(**address, on_prompt=refuse)
        with self.assertRaises(ZeroDivisionError):
            sshrpc.connect(**address, on_prompt=lambda _prompt: str(1 // 0))
        with self.assertRaisesRegex(TypeError, "2 answers to 1 lines"):
            sshrpc.connect(**address, on_prompt=lambda _prompt: ["a", "b"])

    def test_prompts_for_asyncio(self) -> None:
        async def answer(_prompt: sshrpc.Prompt) -> str:
            await asyncio.sleep(0.05)
            return self.server.password

        async def refuse(_prompt: sshrpc.Prompt) -> None:
            raise ZeroDivisionError

        async def main() -> None:
            address = {**self.server.address, "password": None}
            async with aio.connect(**address, on_prompt=answer) as session:
                self.assertEqual(session.auth_method, "password")
            with self.assertRaises(ZeroDivisionError):
                await aio.connect(**address, on_prompt=refuse)
            asked, cancelled = asyncio.Event(), asyncio.Event()

            async def never(_prompt: sshrpc.Prompt) -> None:
                asked.set()
                try:
                    await asyncio.sleep(600)
                finally:
                    cancelled.set()

            for limit in LIMITS:
                with self.assertRaises(sshrpc.Timeout):
                    await aio.connect(**address, on_prompt=never, timeout=limit)
                if asked.is_set():
                    break
            await asyncio.wait_for(cancelled.wait(), PATIENCE)

        asyncio.run(main())


class KeyboardInteractiveTest(unittest.TestCase):
    """What the server itself asks (RFC 4256): PAM's questions."""

    server: Server

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server(pam=True, config=["AuthenticationMethods keyboard-interactive"])
        cls.addClassCleanup(cls.server.close)

    def setUp(self) -> None:
        self.prompts: list[sshrpc.Prompt] = []
        self.address = {**self.server.address, "password": None}

    def answer(self, prompt: sshrpc.Prompt) -> list[str]:
        self.prompts.append(prompt)
        return [self.server.password for _ in prompt.lines]

    def check_prompts(self) -> None:
        """That PAM's one question was asked once, in its own words."""
        (prompt,) = self.prompts
        self.assertEqual(prompt.kind, "keyboard-interactive")
        self.assertEqual((prompt.username, prompt.port), ("alice", self.server.port))
        ((text, echo),) = [(line.text, line.echo) for line in prompt.lines]
        self.assertIn("Password:", text)
        self.assertFalse(echo)

    def test_threads(self) -> None:
        with sshrpc.connect(**self.address, on_prompt=self.answer) as session:
            self.assertEqual(session.auth_method, "keyboard-interactive")
            self.assertEqual(session.run("echo in").stdout, b"in\n")
        self.check_prompts()

    def test_asyncio(self) -> None:
        async def answer(prompt: sshrpc.Prompt) -> list[str]:
            await asyncio.sleep(0)
            return self.answer(prompt)

        async def main() -> None:
            async with aio.connect(**self.address, on_prompt=answer) as session:
                self.assertEqual(session.auth_method, "keyboard-interactive")
                self.assertEqual((await session.run("echo in")).stdout, b"in\n")

        asyncio.run(main())
        self.check_prompts()

    def test_a_wrong_answer_and_none(self) -> None:
        def wrong(prompt: sshrpc.Prompt) -> str:
            self.prompts.append(prompt)
            return "wrong"

        with self.assertRaises(sshrpc.AuthenticationFailed) as caught:
            sshrpc.connect(**self.address, on_prompt=wrong)
        self.assertEqual({each.kind for each in self.prompts}, {"keyboard-interactive"})
        self.assertIn("keyboard-interactive", caught.exception.data["tried"])
        with self.assertRaises(sshrpc.AuthenticationFailed):
            sshrpc.connect(**self.address, on_prompt=lambda _prompt: None)
        with self.assertRaises(sshrpc.AuthenticationFailed):
            sshrpc.connect(**self.address)


class ExitTest(ServerTest):
    """However the interpreter exits, it leaves no daemon."""

    def exits(self, ending: str, code: int, is_async: bool = False) -> None:
        address = self.server.address
        if is_async:
            text = f"""
                import asyncio, os, signal, sys, sshrpc
                async def main():
                    session = await sshrpc.aio.connect(**{address})
                    waiting = asyncio.ensure_future(session.run("sleep 50"))
                    print(session.daemon.pid, flush=True)
                    await asyncio.sleep(.2)
                    {ending}
                asyncio.run(main())
            """
        else:
            text = f"""
                import os, signal, sys, threading, time, sshrpc
                session = sshrpc.connect(**{address})
                threading.Thread(target=lambda: session.run("sleep 50"), daemon=True).start()
                print(session.daemon.pid, flush=True)
                time.sleep(.2)
                {ending}
            """
        process = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(text)],
            capture_output=True,
            timeout=PATIENCE,
        )
        self.assertEqual(process.returncode, code, process.stderr.decode())
        gone(int(process.stdout))

    def test_the_end_of_the_program(self) -> None:
        self.exits("pass", 0)
        self.exits("pass", 0, is_async=True)

    def test_an_exception(self) -> None:
        self.exits("raise ZeroDivisionError", 1)
        self.exits("raise ZeroDivisionError", 1, is_async=True)

    def test_sys_exit(self) -> None:
        self.exits("sys.exit(5)", 5)
        self.exits("sys.exit(5)", 5, is_async=True)

    def test_os_exit(self) -> None:
        self.exits("os._exit(6)", 6)
        self.exits("os._exit(6)", 6, is_async=True)

    def test_sigterm(self) -> None:
        self.exits("os.kill(os.getpid(), signal.SIGTERM)", -15)
        self.exits("os.kill(os.getpid(), signal.SIGTERM)", -15, is_async=True)

    def test_sigkill(self) -> None:
        self.exits("os.kill(os.getpid(), signal.SIGKILL)", -9)
        self.exits("os.kill(os.getpid(), signal.SIGKILL)", -9, is_async=True)

    def test_ctrl_c(self) -> None:
        self.exits("os.kill(os.getpid(), signal.SIGINT); time.sleep(5)", -2)


    def test_sigkill_in_the_middle_of_a_transfer(self) -> None:
        large = self.server.home / "large"
        with large.open("wb") as file:
            file.truncate(2 << 30)
        self.addCleanup(large.unlink)
        connect = f"connect(**{self.server.address})"
        get = f"get({str(large)!r}, sys.argv[1])"
        threads = f"""
            session = sshrpc.{connect}
            print(session.daemon.pid, flush=True)
            session.{get}
        """
        tasks = f"""
            import asyncio
            async def main():
                session = await sshrpc.aio.{connect}
                print(session.daemon.pid, flush=True)
                await session.{get}
            asyncio.run(main())
        """
        for text in (threads, tasks):
            with self.subTest(text), tempfile.TemporaryDirectory() as name:
                folder, dest = Path(name), Path(name) / "file"
                dest.write_text("old")
                command = [sys.executable, "-c", "import sys, sshrpc\n" + textwrap.dedent(text)]
                with subprocess.Popen([*command, str(dest)], stdout=subprocess.PIPE) as process:
                    assert process.stdout is not None
                    pid = int(process.stdout.readline())
                    until(lambda: len(list(folder.iterdir())) > 1, "a part has come")  # noqa: B023
                    process.kill()
                gone(pid)
                self.assertEqual(list(folder.iterdir()), [dest])
                self.assertEqual(dest.read_text(), "old")


class ForkTest(ServerTest):
    def test_a_child_neither_uses_nor_ends_the_daemon(self) -> None:
        session = sshrpc.connect(**self.server.address)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                try:
                    session.run("true")
                except sshrpc.DaemonError as error:
                    os.write(writer, str(error).encode() + b"\n")
                session.close()
                with sshrpc.connect(**self.server.address) as own:
                    os.write(writer, own.run("echo own").stdout)
                    assert own.daemon.pid != session.daemon.pid
            except BaseException as error:
                os.write(writer, repr(error).encode())
            finally:
                # With atexit's functions, as multiprocessing's children don't even have.
                import atexit

                atexit._run_exitfuncs()
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as file:
            words = file.read().decode()
        os.waitpid(child, 0)
        self.assertEqual(words, "the daemon belongs to the process that forked this one\nown\n")
        self.assertEqual(session.run("echo on").stdout, b"on\n")
        session.close()

    def test_a_child_that_lives_on_does_not_keep_the_daemon(self) -> None:
        text = f"""
            import os, time, sshrpc
            session = sshrpc.connect(**{self.server.address})
            child = os.fork()
            if child == 0:
                os.close(1)
                time.sleep(600)
            print(session.daemon.pid, child, flush=True)
            os._exit(0)
        """
        process = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(text)], stdout=subprocess.PIPE, timeout=PATIENCE
        )
        pid, child = map(int, process.stdout.split())
        self.addCleanup(kill, child, signal.SIGKILL)
        gone(pid)
        self.assertTrue(is_alive(child))

    def test_multiprocessing(self) -> None:
        text = f"""
            import multiprocessing, sys, sshrpc
            address = {self.server.address}
            def work(number):
                with sshrpc.connect(**address) as session:
                    return session.run(f"echo {{number}}", text=True).stdout
            if __name__ == "__main__":
                with sshrpc.connect(**address) as session:
                    print(session.daemon.pid)
                    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
                        print("".join(pool.map(work, range(3))), end="")
                    print(session.run("echo on", text=True).stdout)
        """
        # A file: spawn's children import it.
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "program.py"
        path.write_text(textwrap.dedent(text))
        for method in ("fork", "spawn", "forkserver"):
            with self.subTest(method):
                process = subprocess.run(
                    [sys.executable, path, method], stdout=subprocess.PIPE, timeout=120, check=True
                )
                pid, *words = process.stdout.decode().split()
                self.assertEqual(words, ["0", "1", "2", "on"])
                gone(int(pid))

    def test_a_session_is_not_pickled(self) -> None:
        # spawn's children get their arguments so.
        with sshrpc.connect(**self.server.address) as session, self.assertRaises(TypeError):
            pickle.dumps(session)


class InstallTest(unittest.TestCase):
    def test_pip_installs_it_and_it_finds_the_daemon(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        # Debian's Python has Debian's hatchling.
        python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
        for module in ("venv", "ensurepip", "hatchling"):
            if subprocess.run(
                [python, "-c", f"import {module}"], stderr=subprocess.DEVNULL
            ).returncode:
                self.skipTest(f"{python} has no {module} (python3-venv, python3-hatchling)")
        venv = Path(folder.name) / "venv"
        make = [python, "-m", "venv", "--system-site-packages", *without_pip(), venv]
        subprocess.run(make, check=True)
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        install = ["pip", "install", "--quiet", "--no-build-isolation", "--no-index"]
        subprocess.run(
            [venv / "bin" / "python", "-m", *install, repository / "clients" / "python"],
            check=True,
            env=environment,
        )
        text = "import sshrpc; d = sshrpc.Daemon(); print(sshrpc.__file__, d.status()['version'])"
        result = subprocess.run(
            [venv / "bin" / "python", "-c", text],
            stdout=subprocess.PIPE,
            check=True,
            cwd="/",
            env={**environment, "SSHRPC_DAEMON": daemon_path},
        )
        path, version = result.stdout.decode().split()
        self.assertTrue(path.startswith(str(venv)), path)
        self.assertRegex(version, r"^\d+\.\d+\.\d+$")
        self.assertTrue(Path(path).with_name("py.typed").exists())
        # The wheel holds no more than the package.
        self.assertNotIn(source, path)


class WindowTest(unittest.TestCase):
    def test_credit_is_granted_by_halves(self) -> None:
        credit = programs.Credit(100)
        self.assertEqual([credit.take(30) for _ in range(5)], [0, 60, 0, 60, 0])
