"""Shells and subsystems, for threads and asyncio: against sshd, and a device with paging in it."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

import sshrpc
from sshrpc import aio

from .server import Server, ServerTest

#: A device as network gear is: an echo, a prompt, modes, pages with a mark that is erased.
DEVICE = r"""
import sys, tty
tty.setraw(0)
def say(text):
    sys.stdout.write(text.replace("\n", "\r\n")); sys.stdout.flush()
def key():
    return sys.stdin.buffer.raw.read(1).decode()
def line(echo=True):
    text = ""
    while (c := key()) not in "\r\n":
        text += c
        if echo: say(c)
    say("\n")
    return text
say("\nWelcome to the device. Use of > is logged\n\x1b[32mrouter1\x1b[0m>")
mode = ">"
while True:
    text = line()
    if text == "enable":
        say("Password: "); line(False); mode = "#"
    elif text == "configure":
        mode = "(config)#"
    elif text == "show run":
        for number in range(7):
            say(f"line {number}\n")
            if number in (2, 5):
                say(" --More-- "); key(); say("\b" * 10 + " " * 10 + "\b" * 10)
    elif text == "exit":
        break
    elif text:
        say("% unknown: " + text + "\n")
    say("router1" + mode)
"""


class ShellTest(ServerTest):
    session: ClassVar[sshrpc.Session]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.session = sshrpc.connect(**cls.server.address)
        cls.addClassCleanup(cls.session.close)

    def test_command(self) -> None:
        with self.session.shell() as shell:
            self.assertEqual(shell.command("printf 'a\\nb\\n'"), "a\nb")
            self.assertEqual(shell.command("true"), "")
            long = "x" * 200
            self.assertEqual(shell.command(f"echo {long}"), long)
            self.assertEqual(shell.command("stty size"), "24 80")
            shell.resize(100, 40)
            self.assertEqual(shell.command("stty size"), "40 100")
            self.assertEqual(shell.command("PS1='% >> '", prompt=re.compile("% >> $")), "")

    def test_expect(self) -> None:
        with self.session.shell() as shell:
            shell.write("echo mark-$((1+1)); read x\n")
            found = shell.expect("never", re.compile(r"mark-(\d)"))
            self.assertEqual((found.index, found.text), (1, "mark-2"))
            assert found.match is not None
            self.assertEqual(found.match[1], "2")
            shell.expect("\r\n")
            shell.write("typed")
            with self.assertRaises(sshrpc.Timeout) as caught:
                shell.expect("typed-not", timeout=0.3)
            self.assertIn("'typed-not'", str(caught.exception))
            self.assertIsInstance(caught.exception, TimeoutError)
            self.assertEqual(shell.expect("typed").before, "")
            self.assertEqual(shell.unread, "")
            shell.write("\nexit 3\n")
            self.assertIn("exit 3", shell.expect("never", sshrpc.END).before)
            with self.assertRaises(EOFError) as ended:
                shell.expect("never")
            self.assertIsInstance(ended.exception, sshrpc.ShellEnded)
            self.assertEqual(shell.read(), "")
            self.assertEqual(shell.wait(), 3)

    def test_the_earliest_of_several(self) -> None:
        with self.session.shell(pty=False) as shell:
            shell.write("echo one two\n")
            self.assertEqual(shell.expect("two", "one").text, "one")
            self.assertEqual(shell.read(), " two\n")
            shell.write("printf 'ü\\377'; exit\n")
            self.assertEqual(shell.expect(sshrpc.END).before, "ü\ufffd")

    def test_a_device(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "device.py"
            program.write_text(DEVICE)
            Path(folder).chmod(0o755)
            with self.session.shell() as shell:
                shell.write(f"exec {sys.executable} {program}\n")
                shell.expect("Welcome")
                self.assertEqual(shell.command("show clock"), "% unknown: show clock")
                lines = "\n".join(f"line {number}" for number in range(7))
                self.assertEqual(shell.command("show run"), lines)
                self.assertEqual(shell.command("enable", prompt="Password: "), "")
                shell.write("secret\n")
                shell.expect("#")
                self.assertEqual(shell.command("configure"), "")
                self.assertEqual(shell.command("show run"), lines)
                with self.assertRaises(sshrpc.ShellEnded):
                    shell.command("exit")

    def test_a_subsystem(self) -> None:
        with self.session.subsystem("sftp") as stream:
            stream.write(b"\0\0\0\x05\x01\0\0\0\x03")
            self.assertEqual(next(stream)[1][4:9], b"\x02\0\0\0\x03")
        with self.assertRaises(sshrpc.SSHError):
            self.session.subsystem("none").wait()

    def test_leaving_hangs_up(self) -> None:
        with self.session.shell() as shell:
            shell.command("true")
        with self.assertRaises(sshrpc.Cancelled):
            shell.wait()


class AioShellTest(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    async def asyncSetUp(self) -> None:
        # unittest's loops tell of every callback that takes a tenth of a second.
        asyncio.get_running_loop().set_debug(False)
        self.session = await aio.connect(**self.server.address)
        self.addAsyncCleanup(self.session.close)

    async def test_command_and_expect(self) -> None:
        async with self.session.shell() as shell:
            self.assertEqual(await shell.command("printf 'a\\nb\\n'"), "a\nb")
            await shell.resize(100, 40)
            self.assertEqual(await shell.command("stty size"), "40 100")
            await shell.write("read x\n")
            await shell.expect("read x\r\n")
            await shell.write("typed")
            with self.assertRaises(sshrpc.Timeout):
                await shell.expect("typed-not", timeout=0.3)
            await shell.expect("typed")
            await shell.write("\nexit 3\n")
            await shell.expect(sshrpc.END)
            with self.assertRaises(sshrpc.ShellEnded):
                await shell.expect("never")
            self.assertEqual(await shell.wait(), 3)

    async def test_a_subsystem(self) -> None:
        async with self.session.subsystem("sftp") as stream:
            await stream.write(b"\0\0\0\x05\x01\0\0\0\x03")
            async for _, data in stream:
                self.assertEqual(data[4:9], b"\x02\0\0\0\x03")
                break
