"""What a program is lent or given: root's rights by sudo(8), and the agent."""

from __future__ import annotations

import asyncio
import unittest
from typing import Any, ClassVar

import sshrpc
from sshrpc import aio

from .server import Server


class SudoTest(unittest.TestCase):
    """Against a real sudo; what it may do is in `test/fixtures/sudo-server.ts`."""

    server: ClassVar[Server]
    session: ClassVar[sshrpc.Session]

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server(sudo=True)
        cls.addClassCleanup(cls.server.close)
        cls.session = sshrpc.connect(**cls.server.address)
        cls.addClassCleanup(cls.session.close)

    def given(self, sudo: bool | str = True, **more: Any) -> dict[str, Any]:
        return {"sudo": sudo, "sudo_password": self.server.password, **more}

    def refused(self, reason: str, **options: Any) -> None:
        with self.assertRaises(sshrpc.SudoFailed) as caught:
            self.session.run("id -un", **options)
        self.assertEqual((caught.exception.reason, caught.exception.dispatched), (reason, "no"))
        self.assertNotIn(self.server.password, repr(caught.exception.data) + str(caught.exception))

    def test_run(self) -> None:
        done = self.session.run("id -un; cat; exit 7", input="in", text=True, **self.given())
        self.assertEqual((done.stdout, done.exit_code), ("root\nin", 7))
        done = self.session.run("id -un", pty=True, text=True, **self.given("daemon"))
        self.assertEqual(done.stdout.strip(), "daemon")
        told: list[bytes] = []
        self.session.run("id -un", on_output=lambda _, piece: told.append(piece), **self.given())
        self.assertEqual(b"".join(told), b"root\n")

    def test_stream(self) -> None:
        with self.session.stream("id -un; cat", stdin=True, text=True, **self.given()) as stream:
            stream.write("typed\n")
            stream.close_stdin()
            self.assertEqual("".join(text for _, text in stream), "root\ntyped\n")

    def test_shell(self) -> None:
        with self.session.shell(
            env={"GREETING": "it's me"}, env_mode="export", **self.given()
        ) as shell:
            self.assertEqual(shell.command("id -un"), "root")
            self.assertEqual(shell.command("echo $GREETING"), "it's me")

    def test_each_refusal_is_its_own(self) -> None:
        self.refused("wrongPassword", sudo=True, sudo_password="wrong")
        self.refused("passwordNeeded", sudo=True)
        self.refused("noTerminal", **self.given("daemon"))
        self.refused("notAllowed", **self.given("bin"))
        self.refused("unknownUser", **self.given("nobody-there"))
        with self.assertRaises(sshrpc.InvalidParams):
            self.session.run("true", sudo_password="alone")

    def test_nobody_is_asked(self) -> None:
        asked: list[object] = []
        address = {**self.server.address, "password": None}
        answer = lambda prompt: asked.append(prompt) or self.server.password  # noqa: E731
        with sshrpc.connect(**address, on_prompt=answer) as session:
            self.assertEqual(len(asked), 1)
            for started in (session.stream("id", sudo=True), session.shell(sudo=True)):
                with self.assertRaises(sshrpc.SudoFailed) as caught:
                    started.wait()
                self.assertEqual(caught.exception.reason, "passwordNeeded")
        self.assertEqual(len(asked), 1)

    def test_no_sudo(self) -> None:
        server = Server(config=["SetEnv PATH=/var/empty"])
        self.addCleanup(server.close)
        with sshrpc.connect(**server.address) as session:
            with self.assertRaises(sshrpc.SudoFailed) as caught:
                session.run("true", sudo=True)
            self.assertEqual(caught.exception.reason, "notFound")

    def test_asyncio(self) -> None:
        async def main() -> None:
            async with aio.connect(**self.server.address) as session:
                done = await session.run("id -un", text=True, **self.given())
                self.assertEqual(done.stdout, "root\n")
                async with session.stream("id -un", text=True, **self.given()) as stream:
                    self.assertEqual([text async for _, text in stream], ["root\n"])
                async with session.shell(**self.given()) as shell:
                    self.assertEqual(await shell.command("id -un"), "root")
                for started in (session.stream("id", sudo=True), session.shell(sudo=True)):
                    with self.assertRaises(sshrpc.SudoFailed) as caught:
                        await started.wait()
                    self.assertEqual(caught.exception.reason, "passwordNeeded")

        asyncio.run(main())


class AgentTest(unittest.TestCase):
    server: ClassVar[Server]

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server(agent=True)
        cls.addClassCleanup(cls.server.close)

    def test_lent_where_asked_for(self) -> None:
        with sshrpc.connect(**self.server.address, agent=self.server.agent) as session:
            self.assertIn(b"SHA256:", session.run("ssh-add -l", forward_agent=True).stdout)
            self.assertNotEqual(session.run("ssh-add -l").exit_code, 0)
            with session.stream("ssh-add -l", forward_agent=True, text=True) as stream:
                self.assertIn("SHA256:", "".join(text for _, text in stream))
            with session.shell(forward_agent=True) as shell:
                self.assertIn("SHA256:", shell.command("ssh-add -l"))
        with sshrpc.connect(**self.server.address) as session:
            with self.assertRaises(sshrpc.InvalidParams):
                session.run("true", forward_agent=True)

    def test_asyncio(self) -> None:
        async def main() -> None:
            address = {**self.server.address, "agent": self.server.agent}
            async with aio.connect(**address) as session:
                done = await session.run("ssh-add -l", forward_agent=True)
                self.assertIn(b"SHA256:", done.stdout)
                async with session.shell(forward_agent=True) as shell:
                    self.assertIn("SHA256:", await shell.command("ssh-add -l"))

        asyncio.run(main())
