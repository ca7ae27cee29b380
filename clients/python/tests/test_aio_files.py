"""A session's files, for asyncio, against sshd."""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
import unittest
from pathlib import Path

import sshrpc
from sshrpc import aio

from .server import Server


class AioFilesTest(unittest.IsolatedAsyncioTestCase):
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
        self.files = self.session.files
        self.folder = tempfile.mkdtemp(dir=self.server.home)
        os.chmod(self.folder, 0o777)
        self.addAsyncCleanup(self.files.rmtree, self.folder, True)

    def at(self, name: str) -> str:
        return f"{self.folder}/{name}"

    async def test_text(self) -> None:
        async with self.files.open(self.at("text"), "w") as file:
            self.assertEqual(await file.write("hällo\n"), 6)
            await file.write("two\nthree")
        async with self.files.open(self.at("text")) as file:
            self.assertEqual([line async for line in file], ["hällo\n", "two\n", "three"])
        async with self.files.open(self.at("text")) as file:
            self.assertEqual((await file.read(2), await file.read(2)), ("hä", "ll"))
            self.assertEqual((await file.readline(), await file.read()), ("o\n", "two\nthree"))
            with self.assertRaises(io.UnsupportedOperation):
                await file.write("x")
        with self.assertRaises(ValueError):
            await file.read()
        with self.assertRaises(TypeError):
            async with self.files.open(self.at("text"), "w") as file:
                await file.write(b"x")

    async def test_bytes_seekable(self) -> None:
        data = os.urandom(700_001)
        file = await self.files.open(self.at("bytes"), "w+b")
        self.assertEqual(await file.write(data), len(data))
        self.assertEqual(file.tell(), len(data))
        self.assertEqual(await file.seek(-5, io.SEEK_END), len(data) - 5)
        self.assertEqual(await file.read(), data[-5:])
        await file.seek(300_000)
        self.assertEqual(await file.read(3), data[300_000:300_003])
        await file.write(b"abc")
        self.assertEqual(await file.read(1), data[300_006:300_007])
        await file.seek(300_003)
        self.assertEqual(await file.read(3), b"abc")
        self.assertEqual(await file.truncate(10), 10)
        await file.sync()
        self.assertEqual((await file.stat()).st_size, 10)
        await file.close()
        await file.close()
        async with self.files.open(self.at("bytes"), "ab") as file:
            await file.write(b"end")
        self.assertEqual(await self.files.read_bytes(self.at("bytes")), data[:10] + b"end")

    async def test_names(self) -> None:
        files, at = self.files, self.at
        with self.assertRaises(FileNotFoundError) as caught:
            await files.open(at("none"))
        self.assertEqual(caught.exception.filename, at("none"))
        self.assertEqual((await files.info()).via, "sftp")
        await files.makedirs(at("a/b"))
        with self.assertRaises(FileExistsError):
            await files.makedirs(at("a/b"))
        await files.write_text(at("a/b/text"), "ü")
        await files.symlink("b", at("a/link"))
        self.assertEqual(sorted(await files.listdir(at("a"))), ["b", "link"])
        async with files.scandir(at("a")) as entries:
            kinds = {each.name: (await each.is_dir(), each.is_symlink()) async for each in entries}
        self.assertEqual(kinds, {"b": (True, False), "link": (True, True)})
        found = [each async for each in files.walk(at("a"))]
        self.assertEqual([top for top, _, _ in found], [at("a"), at("a/b")])
        self.assertTrue(await files.isfile(at("a/link/text")))
        await files.replace(at("a/b/text"), at("a/b/new"))
        path = files.path(self.folder) / "a"
        self.assertEqual([str(each) async for each in path.glob("**/new")], [at("a/b/new")])
        self.assertEqual(await (path / "b" / "new").read_text(), "ü")
        async with (path / "b" / "new").open("rb") as file:
            self.assertEqual(await file.read(), "ü".encode())
        self.assertEqual(await (path / "link").resolve(), path / "b")
        await files.rmtree(at("a"))
        self.assertFalse(await files.exists(at("a")))

    async def test_transfers(self) -> None:
        data = os.urandom(3_333_333)
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        self.assertEqual(await self.files.upload(reader, self.at("file")), len(data))
        pieces: list[bytes] = []

        class Writer:
            async def write(self, piece: bytes) -> None:
                pieces.append(piece)

        self.assertEqual(await self.files.download(self.at("file"), Writer()), len(data))
        self.assertEqual(b"".join(pieces), data)
        with tempfile.TemporaryDirectory() as name:
            told: list[sshrpc.TransferProgress] = []

            async def tell(progress: sshrpc.TransferProgress) -> None:
                told.append(progress)

            local = Path(name) / "got"
            done = await self.files.get(self.at("file"), local, progress=tell)
            self.assertEqual((done.files, done.bytes), (1, len(data)))
            self.assertEqual(told[-1].bytes, len(data))
            await self.files.put(local, self.at("again"))
        self.assertEqual(await self.files.read_bytes(self.at("again")), data)
        self.assertEqual(sorted(await self.files.listdir(self.folder)), ["again", "file"])
