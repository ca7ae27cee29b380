"""Sessions that outlive their connections."""

from __future__ import annotations

import asyncio
import queue
import threading
import unittest
from typing import Any

import sshrpc
from sshrpc import aio

from .server import Server

PATIENCE = 30


class ReconnectTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = Server()
        self.addCleanup(self.server.close)

    def test_a_session_goes_on_and_tells(self) -> None:
        states: queue.SimpleQueue[tuple[str, str | None]] = queue.SimpleQueue()

        def told(state: str, reason: str | None) -> None:
            states.put((state, reason))

        address = self.server.address
        with sshrpc.connect(**address, reconnect=True, on_state=told) as session:
            self.assertEqual((session.state, session.state_reason), ("open", None))
            self.server.ask("kill")
            state, reason = states.get(timeout=PATIENCE)
            self.assertEqual(state, "lost")
            self.assertTrue(reason)
            self.assertEqual(session.run("echo back", timeout=PATIENCE).stdout, b"back\n")
            self.assertEqual(states.get(timeout=PATIENCE), ("open", None))
            self.assertEqual((session.state, session.state_reason), ("open", None))

    def test_without_it_the_loss_is_told(self) -> None:
        states: queue.SimpleQueue[str] = queue.SimpleQueue()
        address = self.server.address
        with sshrpc.connect(**address, on_state=lambda state, _: states.put(state)) as session:
            self.server.ask("kill")
            self.assertEqual(states.get(timeout=PATIENCE), "closed")
            self.assertEqual(session.state, "closed")
            self.assertTrue(session.state_reason)

    def test_what_the_callback_raises_ends_nothing(self) -> None:
        lost = threading.Event()

        def told(state: str, _reason: str | None) -> None:
            if state == "lost":
                lost.set()
            raise ValueError("of the test's")

        with sshrpc.connect(**self.server.address, reconnect=True, on_state=told) as session:
            self.server.ask("kill")
            self.assertTrue(lost.wait(PATIENCE))
            self.assertEqual(session.run("echo back", timeout=PATIENCE).stdout, b"back\n")

    def test_the_user_is_asked_again(self) -> None:
        address = dict(self.server.address)
        password = address.pop("password")
        asked: list[threading.Thread] = []

        def answer(_prompt: sshrpc.Prompt) -> Any:
            asked.append(threading.current_thread())
            return password

        lost = threading.Event()
        options: dict[str, Any] = {
            "identity_files": [],
            "agent": False,
            "reconnect": True,
            "on_prompt": answer,
            "on_state": lambda *_told: lost.set(),
        }
        with sshrpc.connect(**address, **options) as session:
            self.server.ask("kill")
            self.assertTrue(lost.wait(PATIENCE))
            self.assertEqual(session.run("echo back", timeout=PATIENCE).stdout, b"back\n")
        self.assertEqual(len(asked), 2)
        self.assertIsNot(asked[1], threading.current_thread())


class AioReconnectTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.server = Server()
        self.addCleanup(self.server.close)

    async def test_a_session_goes_on_and_tells(self) -> None:
        states: asyncio.Queue[str] = asyncio.Queue()
        address = dict(self.server.address)
        password = address.pop("password")
        asked = 0

        async def answer(_prompt: sshrpc.Prompt) -> Any:
            nonlocal asked
            asked += 1
            return password

        options: dict[str, Any] = {"identity_files": [], "agent": False, "reconnect": True}
        async with aio.connect(
            **address,
            **options,
            on_prompt=answer,
            on_state=lambda state, _reason: states.put_nowait(state),
        ) as session:
            self.server.ask("kill")
            self.assertEqual(await asyncio.wait_for(states.get(), PATIENCE), "lost")
            self.assertEqual((await session.run("echo back", timeout=PATIENCE)).stdout, b"back\n")
            self.assertEqual(await asyncio.wait_for(states.get(), PATIENCE), "open")
            self.assertEqual(session.state, "open")
        self.assertEqual(asked, 2)
