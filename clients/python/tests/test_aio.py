"""A session for asyncio, against sshd."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import tempfile
import time
import unittest
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import sshrpc
from sshrpc import aio

from .server import LIMITS, PATIENCE, Server, is_alive, kill, until
from .test_session import commands


class AioTest(unittest.IsolatedAsyncioTestCase):
    server: Server
    session: aio.Session

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    async def asyncSetUp(self) -> None:
        # unittest's loops tell of every callback that takes a tenth of a second.
        asyncio.get_running_loop().set_debug(False)
        self.session = await aio.connect(**self.server.address)
        self.addAsyncCleanup(self.session.close)

    def gone(self, command: str) -> None:
        until(lambda: command not in commands(self.server), f"{command} is gone")

    def runs(self, command: str) -> None:
        until(lambda: command in commands(self.server), f"{command} runs")

    async def test_run(self) -> None:
        result = await self.session.run("cat; echo err >&2; exit 7", input=b"\xff\0")
        self.assertEqual((result.stdout, result.stderr, result.exit_code), (b"\xff\0", b"err\n", 7))
        text = await self.session.run("echo ü", text=True, check=True)
        self.assertEqual(text.stdout, "ü\n")
        with self.assertRaises(sshrpc.CommandFailed):
            await self.session.run("false", check=True)

    async def test_a_block_and_a_task(self) -> None:
        async with aio.connect(**self.server.address) as session:
            self.assertIs(session.daemon, self.session.daemon)
            self.assertEqual((await session.run("echo 1")).stdout, b"1\n")
        task = asyncio.create_task(aio.connect(**self.server.address))
        await (await task).close()

    async def test_a_configuration_says_the_rest(self) -> None:
        config = self.server.ssh_config()
        async with aio.connect("foo", password="open-sesame", config=config) as session:
            self.assertEqual((await session.run("echo in")).stdout, b"in\n")
            port = self.server.port
            self.assertEqual(repr(session), f"<sshrpc.aio.Session alice@foo:{port}>")
            self.assertEqual((session.host, session.port, session.username), ("foo", port, "alice"))
            self.assertEqual(session.ignored, ("forwardagent yes",))

    async def test_through_another_session(self) -> None:
        address = self.server.address
        async with aio.connect(**address, via=self.session) as session:
            self.assertIs(session.daemon, self.session.daemon)
            self.assertEqual((await session.run("echo in")).stdout, b"in\n")
            states = (await session.daemon.status())["sessions"]
            self.assertEqual([each.get("via") for each in states], [None, self.session.handle])
        with self.assertRaisesRegex(ValueError, "another daemon"):
            await aio.connect(**address, via=self.session, daemon=aio.Daemon())
        number: Any = self.session.handle
        with self.assertRaisesRegex(TypeError, "via must be a Session of sshrpc.aio, not int"):
            await aio.connect(**address, via=number)

    async def test_errors_of_connecting(self) -> None:
        with self.assertRaises(sshrpc.AuthenticationFailed):
            await aio.connect(**{**self.server.address, "password": "wrong"})
        with self.assertRaises(sshrpc.ConnectFailed):
            async with aio.connect("127.0.0.1", 1, "alice"):
                pass
        with self.assertRaises(TypeError):
            aio.connect("localhost", unknown=1)  # type: ignore[call-arg]  # pyright: ignore

    async def until_alone(self) -> None:
        """Waits until the daemon has no other session, nor one on its way."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status = await self.session.daemon.status()
            if len(status["sessions"]) == 1 and not status["connecting"]:
                return
            await asyncio.sleep(0.01)
        self.fail(f"not alone: {status}")

    async def test_a_time_out_has_what_had_arrived(self) -> None:
        for limit in LIMITS:
            with self.assertRaises(sshrpc.Timeout) as caught:
                await self.session.run("echo some; sleep 410", timeout=limit)
            if caught.exception.stdout:
                break
        self.assertEqual(caught.exception.stdout, b"some\n")

    async def test_cancelling_a_task_cancels_the_command(self) -> None:
        task = asyncio.create_task(self.session.run("sleep 42"))
        await asyncio.to_thread(self.runs, "sleep 42")
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(self.gone, "sleep 42")
        self.assertEqual((await self.session.run("echo on")).stdout, b"on\n")

    async def test_wait_for(self) -> None:
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(self.session.run("sleep 43"), 0.4)
        await asyncio.to_thread(self.gone, "sleep 43")

    async def test_a_cancelled_connect_leaves_no_session(self) -> None:
        for delay in (0.0, 0.02, 0.05, 0.1, 0.15, 0.2):
            task = asyncio.ensure_future(
                aio.connect(**self.server.address, daemon=self.session.daemon)
            )
            await asyncio.sleep(delay)
            if task.cancel():
                with self.assertRaises(asyncio.CancelledError):
                    await task
            else:
                await (await task).close()
        await self.until_alone()

    async def test_200_tasks_at_once_on_one_session(self) -> None:
        async def task(number: int) -> bool:
            command = f"cat; echo {number} >&2; exit {number}"
            result = await self.session.run(command, input=b"%d\n" % number, timeout=60)
            line = b"%d\n" % number
            return (result.stdout, result.stderr, result.exit_code) == (line, line, number)

        answers = await asyncio.gather(*(task(number) for number in range(200)))
        self.assertEqual(answers, [True] * 200)

    async def test_much_through_memory_and_by_path(self) -> None:
        # More than the windows and buffers on the way hold.
        data = os.urandom(1 << 20) * 40
        path = str(self.server.home / "large")
        await self.session.write_bytes(path, data)
        self.assertTrue(await self.session.read_bytes(path) == data)
        result = await self.session.run("cat", input=data)
        self.assertTrue(result.stdout == data)
        with tempfile.TemporaryDirectory() as folder:
            local = Path(folder) / "file"
            self.assertEqual(await self.session.get(path, local), len(data))
            self.assertTrue(local.read_bytes() == data)
            await self.session.put(local, path + ".2")
        self.assertTrue(Path(path + ".2").read_bytes() == data)

    async def test_a_stream(self) -> None:
        command = 'while read x; do echo "<$x>"; done; exit 2'
        async with self.session.stream(command, stdin=True) as stream:
            await stream.write(b"one\n")
            self.assertEqual(await stream.__anext__(), ("stdout", b"<one>\n"))
            await stream.close_stdin()
            self.assertEqual(await stream.wait(), 2)
        async with self.session.stream("head -c 5000000 /dev/zero", window=65536) as stream:
            size = 0
            async for _, chunk in stream:
                size += len(chunk)
        self.assertEqual((size, stream.exit_code), (5_000_000, 0))

    async def test_writing_and_reading_by_two_tasks(self) -> None:
        data = os.urandom(8_000_000)
        received = bytearray()
        async with self.session.stream("cat", stdin=True, window=65536) as stream:

            async def feed() -> None:
                await stream.write(data)
                await stream.close_stdin()

            writer = asyncio.create_task(feed())
            async for _, chunk in stream:
                received += chunk
            await writer
        self.assertEqual(bytes(received), data)

    async def test_leaving_a_stream_in_the_middle(self) -> None:
        async with self.session.stream("echo ready; exec sleep 44") as stream:
            async for _ in stream:
                break
        await asyncio.to_thread(self.gone, "sleep 44")
        with self.assertRaises(asyncio.TimeoutError):

            async def wait() -> None:
                async with self.session.stream("exec sleep 44") as stream:
                    await stream.__anext__()

            await asyncio.wait_for(wait(), 0.4)
        await asyncio.to_thread(self.gone, "sleep 44")

    async def test_cancelling_in_another_task(self) -> None:
        stream = self.session.stream("echo ready; exec sleep 47")

        async def iterate() -> None:
            async for _ in stream:
                pass

        tasks = [asyncio.create_task(iterate()), asyncio.create_task(stream.wait())]
        await asyncio.to_thread(self.runs, "sleep 47")
        stream.cancel()
        answers = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE)
        self.assertEqual([type(each) for each in answers], [sshrpc.Cancelled] * 2)
        with self.assertRaises(sshrpc.Cancelled):
            await stream.wait()
        await asyncio.to_thread(self.gone, "sleep 47")
        async with self.session.stream("exec sleep 48") as stream:
            stream.cancel()

    async def test_two_tasks_wait(self) -> None:
        async with self.session.stream("read x; exit 3", stdin=True) as stream:
            tasks = [asyncio.create_task(stream.wait()) for _ in range(2)]
            await asyncio.sleep(0)  # Now both wait.
            await stream.close_stdin()
            self.assertEqual(await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE), [3, 3])
        self.assertEqual(await stream.wait(), 3)

    async def test_two_tasks_take_the_output(self) -> None:
        size = 3_000_000
        stream = self.session.stream(f"head -c {size} /dev/zero", window=10_000)

        async def take() -> int:
            return sum([len(chunk) async for _, chunk in stream])

        counts = await asyncio.wait_for(asyncio.gather(*(take() for _ in range(4))), PATIENCE)
        self.assertEqual(sum(counts), size)

    async def test_a_window_that_never_opens(self) -> None:
        with self.assertRaises(sshrpc.InvalidParams):
            self.session.stream("true", window=0)

    async def test_a_signal(self) -> None:
        async with self.session.stream("echo ready; exec sleep 45") as stream:
            await stream.__anext__()
            await stream.send_signal("SIGTERM")
            self.assertEqual((await stream.wait(), stream.signal), (143, "TERM"))

    async def test_progress(self) -> None:
        seen: list[tuple[int, int]] = []

        async def note(count: int, total: int) -> None:
            await asyncio.sleep(0)
            seen.append((count, total))

        path = str(self.server.home / "progress")
        await self.session.write_bytes(path, bytes(3_000_000), progress=note)
        self.assertEqual((seen[0], seen[-1]), ((0, 3_000_000), (3_000_000, 3_000_000)))

    async def test_the_daemon_killed_under_waiting_calls(self) -> None:
        tasks = [asyncio.create_task(self.session.run("sleep 460")) for _ in range(50)]
        await asyncio.to_thread(self.runs, "sleep 460")
        kill(self.session.daemon.pid, signal.SIGKILL)
        told = asyncio.gather(*tasks, return_exceptions=True)
        answers: list[Any] = await asyncio.wait_for(told, PATIENCE)
        self.assertEqual({type(each) for each in answers}, {sshrpc.DaemonError})
        self.assertIn("was killed by signal 9", str(answers[0]))
        async with aio.connect(**self.server.address) as session:
            self.assertEqual((await session.run("echo new")).stdout, b"new\n")

    async def test_the_daemon_ends_with_its_last_session(self) -> None:
        pid = self.session.daemon.pid
        await self.session.close()
        self.assertFalse(is_alive(pid))
        await self.session.close()

    async def test_calling_after_closing(self) -> None:
        other = await aio.connect(**self.server.address)
        streams = [each.stream("cat", stdin=True) for each in (self.session, other)]
        await self.session.close()
        await other.close()
        for session, stream in zip((self.session, other), streams):
            for act in (
                lambda: session.run("true"),  # noqa: B023
                lambda: session.get("/etc/passwd", "/tmp/x"),  # noqa: B023
                lambda: session.put("/etc/passwd", "/tmp/x"),  # noqa: B023
                lambda: session.read_bytes("/etc/passwd"),  # noqa: B023
                lambda: session.write_bytes("/tmp/x", b""),  # noqa: B023
                lambda: stream.write(b"x"),  # noqa: B023
                lambda: stream.close_stdin(),  # noqa: B023
                lambda: stream.send_signal("TERM"),  # noqa: B023
            ):
                with self.assertRaises(sshrpc.SessionNotFound):
                    await act()
            with self.assertRaises(sshrpc.SessionNotFound):
                session.stream("true")

    async def test_closing_when_the_daemon_is_stuck(self) -> None:
        last = await aio.connect(**self.server.address)
        pid = last.daemon.pid
        kill(pid, signal.SIGSTOP)
        self.addCleanup(kill, pid, signal.SIGKILL)
        patched = [f"sshrpc.{name}.END_TIMEOUT" for name in ("calls", "daemon", "aio.daemon")]
        for each in patched:
            patch = mock.patch(each, 0.5)
            patch.start()
            self.addCleanup(patch.stop)
        await asyncio.wait_for(self.session.close(), PATIENCE)
        self.assertTrue(is_alive(pid))
        await asyncio.wait_for(last.close(), PATIENCE)
        self.assertFalse(is_alive(pid))

    async def test_a_daemon_that_was_killed_is_not_used_again(self) -> None:
        for _ in range(5):
            session = await aio.connect(**self.server.address)
            kill(session.daemon.pid, signal.SIGKILL)
            async with aio.connect(**self.server.address) as again:
                self.assertEqual((await again.run("echo new")).stdout, b"new\n")
            await session.close()

    async def test_an_unclosed_session_is_freed(self) -> None:
        await aio.connect(**self.server.address)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            gc.collect()
        await self.until_alone()

    async def test_many_connects_at_once_share_one_daemon(self) -> None:
        sessions = await asyncio.gather(*(aio.connect(**self.server.address) for _ in range(8)))
        self.assertEqual({each.daemon.pid for each in sessions}, {self.session.daemon.pid})
        for each in sessions:
            await each.close()


class LoopTest(unittest.TestCase):
    server: Server

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def test_a_daemon_whose_loop_was_closed_is_not_used_again(self) -> None:
        async def forget() -> aio.Session:
            return await aio.connect(**self.server.address)

        async def use() -> bytes:
            async with aio.connect(**self.server.address) as session:
                return (await session.run("echo again")).stdout

        left = asyncio.run(forget())
        pid = left.daemon.pid
        self.assertEqual(asyncio.run(use()), b"again\n")
        until(lambda: not is_alive(pid), "the first daemon is gone")

    def test_daemons_whose_loop_was_closed_are_reaped(self) -> None:
        async def forget() -> int:
            return (await aio.connect(**self.server.address)).daemon.pid

        async def use() -> None:
            await (await aio.connect(**self.server.address)).close()

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pids = [asyncio.run(forget()) for _ in range(2)]
        asyncio.run(use())
        for pid in pids:
            until(lambda: not is_alive(pid), "it has ended")  # noqa: B023
        asyncio.run(use())
        for pid in pids:
            # A zombie would take it.
            self.assertRaises(ProcessLookupError, os.kill, pid, 0)

    def test_a_daemon_that_does_not_start(self) -> None:
        async def connect(command: str) -> None:
            await aio.connect("127.0.0.1", daemon=command)

        for command in ("/nonexistent", "false", "cat", "sh -c 'echo words >&2; exit 3'"):
            with self.assertRaises(sshrpc.DaemonError) as caught:
                asyncio.run(connect(command))
        self.assertIn("ended with exit code 3: words", str(caught.exception))
