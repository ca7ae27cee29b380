"""The daemon that the user's programs share."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import sshrpc
from sshrpc import aio

from .server import COSTLY, ServerTest, daemon_path, home, is_alive, joined, kill, start, until

#: In a program of its own: a command over the shared daemon.
PROGRAM = """
import os, sys, sshrpc
address = {address}
with sshrpc.connect(**address, shared=True, **{options}) as session:
    print(session.daemon.status()["pid"])
    print(session.run({command!r}, text=True).stdout, end="")
"""


class SharedTest(ServerTest):
    """Each test has a shared daemon of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.runtime = Path(folder.name)
        self.folder = self.runtime / "sshrpc"
        patch = mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": folder.name})
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(self.stop)

    def stop(self) -> None:
        # One that has stopped in the middle, too.
        for pid in self.pids():
            kill(pid, signal.SIGKILL)
            until(lambda pid=pid: not is_alive(pid), "the daemon is gone")

    def pids(self) -> list[int]:
        """The shared daemon's process, if there is one."""
        marker = f"XDG_RUNTIME_DIR={self.runtime}".encode()
        found: list[int] = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if not entry.name.isdigit() or b"--shared" not in (entry / "cmdline").read_bytes():
                    continue
                if marker in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
        return found

    def run_program(self, command: str, options: Any = None, **popen: Any) -> list[str]:
        text = PROGRAM.format(address=self.server.address, command=command, options=options or {})
        done = subprocess.run(
            [sys.executable, "-c", text],
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
            check=True,
            **popen,
        )
        return done.stdout.split("\n")

    def test_programs_share_one_and_it_outlives_them(self) -> None:
        pids = {self.run_program("echo on")[0] for _ in range(3)}
        self.assertEqual(pids, {str(pid) for pid in self.pids()})
        self.assertEqual(len(pids), 1)

    def test_with_persist_two_programs_log_in_once(self) -> None:
        before = self.server.ask("accepted")
        for _ in range(2):
            self.assertEqual(self.run_program("echo on", {"persist": 600})[1], "on")
        self.assertEqual(self.server.ask("accepted"), before + 1)
        # One of its own logs in.
        self.run_program("true")
        self.assertEqual(self.server.ask("accepted"), before + 2)

    def test_the_second_goes_straight_to_its_socket(self) -> None:
        [pid, *_] = self.run_program("true")
        with sshrpc.connect(**self.server.address, shared=True) as session:
            # No `--attach` stands between.
            self.assertEqual(session.daemon.pid, int(pid))
            self.assertEqual(session.run("echo on").stdout, b"on\n")

        async def main() -> None:
            async with aio.connect(**self.server.address, shared=True) as session:
                self.assertEqual(session.daemon.pid, int(pid))
                results = await asyncio.gather(*(session.run(f"echo {n}") for n in range(20)))
                self.assertEqual([int(result.stdout) for result in results], list(range(20)))

        asyncio.run(main())

    def test_it_is_started_by_asyncio_too(self) -> None:
        async def main() -> None:
            async with aio.connect(**self.server.address, shared=True) as session:
                self.assertEqual((await session.run("echo on")).stdout, b"on\n")

        asyncio.run(main())
        self.assertEqual(len(self.pids()), 1)

    def test_handles_are_each_program_s_own(self) -> None:
        with sshrpc.connect(**self.server.address, shared=True) as first:
            with sshrpc.connect(**self.server.address, shared=True, share=False) as second:
                self.assertEqual((first.handle, second.handle), (1, 1))
                self.assertEqual(len(second.daemon.status()["sessions"]), 1)
                everything = second.daemon.request("daemon.status", {"all": True})
                self.assertEqual(len(everything["sessions"]), 2)
            self.assertEqual(first.run("echo on").stdout, b"on\n")
            self.assertNotEqual(first.daemon.pid, os.getpid())

    def test_its_end_is_told_and_the_next_connect_starts_another(self) -> None:
        self.run_program("true")
        for number in range(2):
            session = sshrpc.connect(**self.server.address, shared=True)
            failures: list[sshrpc.SSHError] = []

            def run(
                number: int = number, session: sshrpc.Session = session, told: list[Any] = failures
            ) -> None:
                try:
                    session.run(f"touch begun{number}; sleep 1000")
                except sshrpc.SSHError as error:
                    told.append(error)

            thread = start(run)
            begun = self.server.home / f"begun{number}"
            until(begun.exists, "it has begun")
            [pid] = self.pids()
            os.kill(pid, signal.SIGKILL)
            joined(thread)
            self.assertIsInstance(failures[0], sshrpc.DaemonError)
            self.assertEqual(failures[0].dispatched, "maybe")
            with sshrpc.connect(**self.server.address, shared=True) as another:
                self.assertEqual(another.run("echo on").stdout, b"on\n")
                self.assertNotEqual(self.pids(), [pid])
            session.close()

    def test_its_end_is_told_to_tasks(self) -> None:
        self.run_program("true")

        async def main() -> None:
            session = await aio.connect(**self.server.address, shared=True)
            [pid] = self.pids()
            os.kill(pid, signal.SIGKILL)
            with self.assertRaisesRegex(sshrpc.DaemonError, "shared sshrpc daemon ended"):
                await session.run("sleep 1000")
            async with aio.connect(**self.server.address, shared=True) as another:
                self.assertEqual((await another.run("echo on")).stdout, b"on\n")
            await session.close()

        asyncio.run(main())

    def test_one_that_ends_as_it_is_connected_to_is_replaced(self) -> None:
        for connect in (self.connect_by_threads, self.connect_by_tasks):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            path = self.folder / f"{sshrpc.__version__}.sock"
            path.unlink(missing_ok=True)
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(path))
                path.chmod(0o600)
                listener.listen()

                def end() -> None:
                    # Like a daemon that ends: its socket is gone before its connections are.
                    connection, _ = listener.accept()
                    path.unlink()
                    connection.close()

                thread = threading.Thread(target=end)
                thread.start()
                self.assertEqual(connect(), b"on\n")
                thread.join()
            self.stop()

    def connect_by_threads(self) -> bytes:
        with sshrpc.connect(**self.server.address, shared=True) as session:
            return session.run("echo on").stdout

    def connect_by_tasks(self) -> bytes:
        async def main() -> bytes:
            async with aio.connect(**self.server.address, shared=True) as session:
                return (await session.run("echo on")).stdout

        return asyncio.run(main())

    def test_a_folder_or_socket_of_others_is_not_trusted(self) -> None:
        elsewhere = self.runtime / "elsewhere"
        for kind in ("open", "link", "file"):
            if kind == "open":
                self.folder.mkdir(mode=0o755)
            elif kind == "link":
                elsewhere.mkdir(mode=0o700)
                self.folder.symlink_to(elsewhere)
            else:
                self.folder.write_text("")
            with self.subTest(kind), self.assertRaises(sshrpc.DaemonError) as caught:
                sshrpc.Daemon(shared=True)
            self.assertEqual(caught.exception.dispatched, "no")
            if kind == "open":
                self.assertIn("can't be trusted", str(caught.exception))
                self.folder.rmdir()
            else:
                self.folder.unlink()

    def test_a_socket_that_others_may_use_is_not_connected_to(self) -> None:
        self.run_program("true")
        path = self.folder / f"{sshrpc.__version__}.sock"
        path.chmod(0o666)
        with self.assertRaisesRegex(sshrpc.DaemonError, "can't be trusted"):
            sshrpc.Daemon(shared=True)
        path.chmod(0o600)
        sshrpc.Daemon(shared=True).close()

    def test_directory_and_variables_are_the_client_s(self) -> None:
        self.run_program("true")
        with tempfile.TemporaryDirectory() as folder:
            # The directory of a proxy command, and its environment, are those that were told.
            program = """
import sshrpc
try:
    sshrpc.connect("nowhere", shared=True, proxy_command="sh -c 'pwd; echo $TOLD' >told")
except sshrpc.ConnectFailed:
    print("failed")
"""
            done = subprocess.run(
                [sys.executable, "-c", program],
                cwd=folder,
                env={**os.environ, "TOLD": "yes \udcff"},
                stdout=subprocess.PIPE,
                timeout=60,
                check=True,
            )
            self.assertEqual(done.stdout, b"failed\n")
            told = (Path(folder) / "told").read_text().splitlines()
            self.assertEqual(os.path.realpath(told[0]), os.path.realpath(folder))
            self.assertEqual(told[1], "yes \ufffd")

    def test_the_umask_is_the_client_s(self) -> None:
        self.run_program("true")
        with tempfile.TemporaryDirectory() as folder:
            old = os.umask(0o027)
            try:
                with sshrpc.connect(**self.server.address, shared=True, share=False) as session:
                    session.write_bytes("masked", b"x")
                    session.files.chmod("masked", 0o666)
                    session.get("masked", f"{folder}/masked")
            finally:
                os.umask(old)
            self.assertEqual((Path(folder) / "masked").stat().st_mode & 0o777, 0o640)

    def test_a_program_that_is_killed_takes_its_sessions_along(self) -> None:
        text = f"""
import os, signal, sshrpc
session = sshrpc.connect(**{self.server.address}, shared=True)
if not os.fork():
    signal.pause()  # It has everything that its parent had.
print(os.getpid(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
        self.run_program("true")
        with sshrpc.Daemon(shared=True) as watcher:
            process = subprocess.Popen(
                [sys.executable, "-c", text], stdout=subprocess.PIPE, start_new_session=True
            )
            process.wait()
            try:
                until(lambda: self.sessions(watcher) == 0, "its session is gone")
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                assert process.stdout is not None
                process.stdout.close()

    def sessions(self, daemon: sshrpc.Daemon) -> int:
        return len(daemon.request("daemon.status", {"all": True})["sessions"])

    def test_a_forked_process_connects_by_itself(self) -> None:
        self.run_program("true")
        session = sshrpc.connect(**self.server.address, shared=True)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                try:
                    session.run("true")
                except sshrpc.DaemonError as error:
                    os.write(writer, str(error).encode() + b"\n")
                session.close()
                with sshrpc.connect(**self.server.address, shared=True) as own:
                    os.write(writer, own.run("echo own").stdout)
                    os.write(writer, b"%d\n" % own.daemon.pid)
            except BaseException as error:
                os.write(writer, repr(error).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as file:
            words = file.read().decode().splitlines()
        os.waitpid(child, 0)
        expected = ["the daemon belongs to the process that forked this one", "own"]
        self.assertEqual(words, [*expected, str(session.daemon.pid)])
        self.assertEqual(session.run("echo on").stdout, b"on\n")
        session.close()

    def test_a_command_loads_no_more_than_it_needs(self) -> None:
        self.run_program("true")
        text = f"import sys; before = set(sys.modules){PROGRAM}print(*set(sys.modules) - before)"
        program = text.format(address=self.server.address, command="echo on", options={})
        output = subprocess.check_output([sys.executable, "-c", program], text=True, timeout=60)
        _, on, loaded = output.splitlines()
        self.assertEqual(on, "on")
        self.assertEqual(set(loaded.split()) & COSTLY, set())

    def test_without_sockets_attach_is_used(self) -> None:
        from sshrpc import shared_daemon

        self.run_program("true")
        patch = mock.patch.object(shared_daemon, "connect", lambda _env: None)
        with patch, sshrpc.connect(**self.server.address, shared=True) as session:
            [pid] = self.pids()
            self.assertNotEqual(session.daemon.pid, pid)
            self.assertEqual(session.daemon.status()["pid"], pid)
            self.assertEqual(session.run("echo on").stdout, b"on\n")

    def test_a_daemon_and_shared_do_not_go_together(self) -> None:
        with sshrpc.Daemon() as daemon, self.assertRaisesRegex(ValueError, "shared="):
            sshrpc.connect(**self.server.address, daemon=daemon, shared=True)
        with self.assertRaisesRegex(ValueError, "shared="):
            aio.connect(**self.server.address, daemon=aio.Daemon(), shared=True)

    def test_a_daemon_s_own_variables(self) -> None:
        with tempfile.TemporaryDirectory() as runtime:
            env = {"PATH": os.environ["PATH"], "HOME": home, "XDG_RUNTIME_DIR": runtime}
            with sshrpc.Daemon(env=env, shared=True) as daemon:
                self.assertEqual(len(os.listdir(f"{runtime}/sshrpc")), 2)
                kill(daemon.status()["pid"], signal.SIGTERM)
                until(lambda: not self.is_usable(daemon), "its end is told")

    def is_usable(self, daemon: sshrpc.Daemon) -> bool:
        try:
            daemon.status()
        except sshrpc.DaemonError:
            return False
        return True

    def test_status_tells_of_it(self) -> None:
        with sshrpc.connect(**self.server.address, shared=True) as session:
            told = subprocess.run(
                ["node", daemon_path, "status"], stdout=subprocess.PIPE, text=True, check=True
            )
            self.assertIn("1 client, 1 session", told.stdout)
            self.assertEqual(session.run("echo on").stdout, b"on\n")
