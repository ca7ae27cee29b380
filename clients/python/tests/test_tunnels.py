"""Tunnels and connections of a session, for threads and asyncio, against sshd."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import threading
import unittest
from typing import Any, ClassVar

import sshrpc
from sshrpc import aio

from .server import Server, ServerTest, joined, start, until


class Echo:
    """A TCP server of this machine: sends back what it gets, then `bye`."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    def _echo(self, connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(1 << 16):
                    connection.sendall(data)
                connection.sendall(b"bye")
            except OSError:
                pass

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def asked(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"hello ")
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(100), b""))


class TunnelTest(ServerTest):
    session: ClassVar[sshrpc.Session]
    echo: ClassVar[Echo]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.session = sshrpc.connect(**cls.server.address)
        cls.addClassCleanup(cls.session.close)
        cls.echo = Echo()
        cls.addClassCleanup(cls.echo.close)

    def test_local(self) -> None:
        with self.session.forward_local(self.echo.port) as forward:
            self.assertEqual(forward.host, "127.0.0.1")
            self.assertEqual(asked(forward.port), b"hello bye")
            self.assertIn(str(forward.port), repr(forward))
            with self.assertRaises(sshrpc.ForwardRefused):
                self.session.forward_local(self.echo.port, forward.port)
        with self.assertRaises(ConnectionRefusedError):
            asked(forward.port)
        forward.close()

    def test_local_at_a_socket(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "socket")
            with self.session.forward_local(("127.0.0.1", self.echo.port), path) as forward:
                self.assertEqual((forward.path, forward.host), (path, None))
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(path)
                    connection.sendall(b"x")
                    self.assertEqual(connection.recv(5), b"x")

    def test_remote(self) -> None:
        with self.session.forward_remote(self.echo.port) as forward:
            self.assertEqual(asked(forward.port), b"hello bye")

    def test_dynamic(self) -> None:
        with (
            self.session.forward_dynamic() as forward,
            socket.create_connection(("127.0.0.1", forward.port), 10) as connection,
        ):
            connection.sendall(b"\x04\x01" + self.echo.port.to_bytes(2, "big") + b"\x7f\0\0\x01\0")
            self.assertEqual(connection.recv(8)[:2], b"\0\x5a")
            connection.sendall(b"x")
            self.assertEqual(connection.recv(5), b"x")

    def test_what_comes_of_it_is_told(self) -> None:
        with self.session.forward_local(1) as forward:
            with self.assertRaises(OSError):
                asked(forward.port)
            until(lambda: forward.failures, "the failure is told")
            self.assertIn("refused", forward.failures[0].lower())
            self.assertIsNone(forward.closed)
        session = sshrpc.connect(**self.server.address)
        forward = session.forward_local(1)
        session.close()
        until(lambda: forward.closed, "its end is told")
        forward.close()

    def test_in_the_shape_of_sshtunnel(self) -> None:
        address = self.server.address
        login = {"ssh_username": address["username"], "ssh_password": address["password"]}
        there = (self.server.host, self.server.port)
        to = ("127.0.0.1", self.echo.port)
        with sshrpc.SSHTunnelForwarder(there, remote_bind_address=to, **login) as tunnel:
            self.assertTrue(tunnel.is_active)
            self.assertEqual(tunnel.local_bind_address, ("127.0.0.1", tunnel.local_bind_port))
            self.assertEqual(tunnel.local_bind_host, "127.0.0.1")
            self.assertEqual(asked(tunnel.local_bind_port), b"hello bye")
        self.assertFalse(tunnel.is_active)
        with self.assertRaises(RuntimeError):
            tunnel.local_bind_port  # noqa: B018
        tunnel.restart()
        self.assertEqual(asked(tunnel.local_bind_port), b"hello bye")
        tunnel.stop(force=True)
        tunnel.stop()

    def test_several_in_the_shape_of_sshtunnel(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "socket")
            tunnel = sshrpc.SSHTunnelForwarder(
                self.server.host,
                ssh_port=self.server.port,
                ssh_username=self.server.username,
                ssh_pkey=self.server.private_key_path,
                remote_bind_addresses=[("127.0.0.1", self.echo.port), ("localhost", self.echo.port)],
                local_bind_addresses=[path],
            )
            tunnel.start()
            self.addCleanup(tunnel.close)
            self.assertEqual(tunnel.local_bind_addresses[0], path)
            self.assertEqual(tunnel.local_bind_host, path)
            (port,) = tunnel.local_bind_ports
            self.assertEqual(asked(port), b"hello bye")
            with self.assertRaises(RuntimeError):
                tunnel.local_bind_port  # noqa: B018
            tunnel.close()
            self.assertFalse(os.path.exists(path))
            taken = sshrpc.SSHTunnelForwarder(
                f"{self.server.username}@{self.server.host}:{self.server.port}",
                ssh_password=self.server.password,
                remote_bind_address=1,
                local_bind_address=self.echo.port,
            )
            with self.assertRaises(sshrpc.ForwardRefused):
                taken.start()
            self.assertFalse(taken.is_active)

    def test_what_is_no_tunnel(self) -> None:
        for wrong in (
            {},
            {"remote_bind_address": 1, "remote_bind_addresses": [1]},
            {"remote_bind_address": 1, "local_bind_addresses": [1, 2]},
        ):
            with self.subTest(wrong), self.assertRaises(ValueError):
                sshrpc.SSHTunnelForwarder("example.org", **wrong)

    def test_addresses(self) -> None:
        wrong: Any
        for wrong in (True, ("host",), b"path", None):
            with self.subTest(wrong), self.assertRaises(TypeError):
                self.session.forward_local(1, wrong)

    def test_a_connection(self) -> None:
        with self.session.open_connection("127.0.0.1", self.echo.port) as connection:
            connection.sendall(b"hello ")
            self.assertEqual(connection.recv(3), b"hel")
            self.assertEqual(connection.recv(100), b"lo ")
            connection.settimeout(0.05)
            with self.assertRaises(TimeoutError) as caught:
                connection.recv(1)
            self.assertIn("nothing came", str(caught.exception))
            connection.settimeout(None)
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(connection.makefile("rb").read(), b"bye")
        with self.assertRaises(OSError):
            connection.recv(1)
        with self.assertRaises(sshrpc.ConnectFailed) as failed:
            self.session.open_connection("127.0.0.1", 1)
        self.assertIn("refused", str(failed.exception).lower())

    def test_a_connection_both_ways(self) -> None:
        data = os.urandom(5_000_000)
        with self.session.open_connection("localhost", self.echo.port) as connection:

            def send() -> None:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)

            thread = start(send)
            self.assertEqual(connection.makefile("rb").read(), data + b"bye")
            joined(thread)


class AioTunnelTest(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.echo = Echo()
        cls.addClassCleanup(cls.echo.close)

    async def asyncSetUp(self) -> None:
        # unittest's loops tell of every callback that takes a tenth of a second.
        asyncio.get_running_loop().set_debug(False)
        self.session = await aio.connect(**self.server.address)
        self.addAsyncCleanup(self.session.close)

    async def test_forwards(self) -> None:
        async with self.session.forward_local(self.echo.port) as forward:
            self.assertEqual(await asyncio.to_thread(asked, forward.port), b"hello bye")
        remote = await self.session.forward_remote(self.echo.port)
        self.assertEqual(await asyncio.to_thread(asked, remote.port), b"hello bye")
        await remote.close(abort=True)
        await remote.close()
        async with self.session.forward_dynamic() as dynamic:
            self.assertGreater(dynamic.port, 0)

    async def test_a_connection(self) -> None:
        reader, writer = await self.session.open_connection("127.0.0.1", self.echo.port)
        self.assertEqual(writer.get_extra_info("peername"), ("127.0.0.1", self.echo.port))
        data = os.urandom(5_000_000)

        async def send() -> None:
            for at in range(0, len(data), 100_000):
                writer.write(data[at : at + 100_000])
                await writer.drain()
            writer.write_eof()

        sending = asyncio.create_task(send())
        self.assertEqual(await reader.read(), data + b"bye")
        await sending
        writer.close()
        await writer.wait_closed()
        with self.assertRaises(sshrpc.ConnectFailed):
            await self.session.open_connection("127.0.0.1", 1)

    async def test_a_connection_is_closed_behind_what_was_written(self) -> None:
        reader, writer = await self.session.open_connection("127.0.0.1", self.echo.port)
        writer.write(b"line\n")
        self.assertEqual(await reader.readline(), b"line\n")
        writer.close()
        await writer.wait_closed()
        self.assertTrue(writer.is_closing())
