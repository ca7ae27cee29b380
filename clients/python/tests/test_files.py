"""A session's files, for threads, against sshd."""

from __future__ import annotations

import gc
import io
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import sshrpc

from .server import ServerTest, until


class FilesTest(ServerTest):
    session: ClassVar[sshrpc.Session]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.session = sshrpc.connect(**cls.server.address)
        cls.addClassCleanup(cls.session.close)

    def setUp(self) -> None:
        self.files = self.session.files
        self.folder = tempfile.mkdtemp(dir=self.server.home)
        os.chmod(self.folder, 0o777)
        self.addCleanup(self.files.rmtree, self.folder, True)

    def at(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def local(self, name: str = "file") -> Path:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Path(folder.name) / name


class OpenTest(FilesTest):
    def test_text(self) -> None:
        path = self.at("text")
        with self.files.open(path, "w") as file:
            print("hällo", file=file)
            file.writelines(["two\n", "three"])
        with self.files.open(path) as file:
            self.assertEqual(list(file), ["hällo\n", "two\n", "three"])
            self.assertIsInstance(file, io.TextIOWrapper)
        with self.files.open(path, encoding="latin-1", newline="") as file:
            self.assertEqual(file.readline(), "hÃ¤llo\n")

    def test_bytes_seekable(self) -> None:
        path = self.at("bytes")
        data = os.urandom(700_001)
        with self.files.open(path, "xb") as file:
            self.assertEqual(file.write(data), len(data))
        with self.files.open(path, "rb") as file:
            self.assertIsInstance(file, io.BufferedReader)
            self.assertEqual(file.seek(-5, io.SEEK_END), len(data) - 5)
            self.assertEqual(file.read(), data[-5:])
            self.assertEqual(file.read(), b"")
            file.seek(300_000)
            self.assertEqual(file.read(3), data[300_000:300_003])
            self.assertEqual(file.tell(), 300_003)
            with self.assertRaises(io.UnsupportedOperation):
                file.write(b"x")
            with self.assertRaises(ValueError):
                file.seek(-1)
        with self.assertRaises(ValueError):
            file.read()

    def test_both_ways(self) -> None:
        path = self.at("both")
        self.files.write_bytes(path, b"0123456789")
        with self.files.open(path, "r+b") as file:
            file.seek(2)
            file.write(b"ab")
            self.assertEqual(file.read(2), b"45")
            file.seek(0)
            self.assertEqual(file.read(), b"01ab456789")
            self.assertEqual(file.truncate(4), 4)
        with self.files.open(path, "ab+") as file:
            self.assertEqual(file.tell(), 4)
            file.write(b"end")
            file.seek(0)
            self.assertEqual(file.read(), b"01abend")
        with self.files.open(path, "w+") as file:
            file.write("new")
            file.seek(0)
            self.assertEqual(file.read(), "new")

    def test_unbuffered(self) -> None:
        with self.files.open(self.at("raw"), "wb", buffering=0) as file:
            self.assertEqual(file.write(b"abc"), 3)
            self.assertEqual(self.files.read_bytes(self.at("raw")), b"abc")
            raw: Any = file
            self.assertEqual(raw.stat().st_size, 3)
            raw.sync()

    def test_reading_ahead(self) -> None:
        content = bytes(range(256)) * 8000
        path = self.at("long")
        start, finish = self.session.daemon.start, self.session.daemon.finish
        self.files.write_bytes(path, content)
        pending = 0
        most = 0

        def count_start(call: Any) -> Any:
            nonlocal pending, most
            pending += 1
            most = max(most, pending)
            return start(call)

        def count_finish(*arguments: Any) -> Any:
            nonlocal pending
            pending -= 1
            return finish(*arguments)

        counting = {"start": count_start, "finish": count_finish}
        with mock.patch.multiple(self.session.daemon, **counting), self.files.open(
            path, "rb", 64 * 1024
        ) as file:
            self.assertEqual(file.read(10), content[:10])
            # Nothing is asked for that may never be wanted.
            self.assertEqual(most, 1)
            rest = b"".join(iter(lambda: file.read(64 * 1024), b""))
            self.assertEqual(rest, content[10:])
            self.assertGreater(most, 2)
            self.assertEqual(file.read(1), b"")
            for offset in (5, 1_000_000, 1_000_010, 2_047_990, 0):
                file.seek(offset)
                pieces = [file.read(size) for size in (3, 100_000, 7, 70_000)]
                self.assertEqual(b"".join(pieces), content[offset : offset + 170_010])
        # What is appended meanwhile is read, too.
        with self.files.open(path, "rb") as file, self.files.open(path, "ab", 0) as end:
            self.assertEqual(len(file.read()), len(content))
            end.write(b"more")
            self.assertEqual(file.read(), b"more")

    def test_modes(self) -> None:
        path = self.at("file")
        for mode in ("", "rw", "q", "rbt", "r++", "b"):
            with self.subTest(mode), self.assertRaises(ValueError):
                self.files.open(path, mode)
        with self.assertRaises(ValueError):
            self.files.open(path, "w", 0)
        with self.files.open(path, "w", permissions=0o600):
            pass
        self.assertEqual(stat.S_IMODE(self.files.stat(path).st_mode), 0o600)

    def test_errors_are_pythons(self) -> None:
        path = self.at("missing/file")
        with self.assertRaises(FileNotFoundError) as caught:
            self.files.open(path)
        self.assertIsInstance(caught.exception, sshrpc.RemoteFileError)
        self.assertEqual(caught.exception.filename, path)
        self.assertEqual(caught.exception.errno, 2)
        odd = self.at("\udcff")
        with self.assertRaises(FileNotFoundError) as caught:
            self.files.stat(odd)
        self.assertEqual(caught.exception.filename, odd)
        self.files.write_bytes(self.at("there"), b"")
        with self.assertRaises(FileExistsError):
            self.files.open(self.at("there"), "x")

    def test_a_file_left_open_is_closed_with_its_last_reference(self) -> None:
        self.files.write_bytes(self.at("file"), b"x")
        # ResourceWarning isn't for those that wrap a RawIOBase.
        file: Any = self.files.open(self.at("file"), "rb")
        handle = file.raw._file
        del file
        gc.collect()

        def is_closed() -> bool:
            try:
                self.session.daemon.request("file.stat", {"file": handle})
            except OSError:
                return True
            return False

        until(is_closed, "the handle is gone")

    def test_a_file_after_its_session(self) -> None:
        with sshrpc.connect(**self.server.address) as session:
            file = session.files.open(self.at("file"), "wb")
        file.write(b"x")
        with self.assertRaises(sshrpc.SessionNotFound):
            file.close()
        self.assertTrue(file.closed)


class NamesTest(FilesTest):
    def test_a_tree(self) -> None:
        files, at = self.files, self.at
        files.makedirs(at("a/b/c"))
        files.makedirs(at("a/b/c"), exist_ok=True)
        with self.assertRaises(FileExistsError):
            files.makedirs(at("a/b/c"))
        files.write_text(at("a/b/text"), "ü")
        files.symlink("b", at("a/link"))
        files.symlink("nowhere", at("a/broken"))
        self.assertEqual(sorted(files.listdir(at("a"))), ["b", "broken", "link"])
        self.assertEqual(files.readlink(at("a/link")), "b")
        self.assertEqual(files.realpath(at("a/link/text")), at("a/b/text"))
        found = [(top, sorted(folders), others) for top, folders, others in files.walk(at("a"))]
        below = [(at("a/b"), ["c"], ["text"]), (at("a/b/c"), [], [])]
        self.assertEqual(found, [(at("a"), ["b", "link"], ["broken"]), *below])
        up = [top for top, _, _ in files.walk(at("a"), topdown=False)]
        self.assertEqual(up, [at("a/b/c"), at("a/b"), at("a")])
        failures: list[OSError] = []
        self.assertEqual(list(files.walk(at("none"), onerror=failures.append)), [])
        self.assertIsInstance(failures[0], FileNotFoundError)
        with files.scandir(at("a")) as entries:
            kinds = {e.name: (e.is_dir(), e.is_file(), e.is_symlink()) for e in entries}
        broken = (False, False, True)
        self.assertEqual(
            kinds, {"b": (True, False, False), "broken": broken, "link": (True, False, True)}
        )
        files.rmtree(at("a"))
        self.assertFalse(files.exists(at("a")))
        with self.assertRaises(FileNotFoundError):
            files.rmtree(at("a"))
        files.rmtree(at("a"), ignore_missing=True)

    def test_names(self) -> None:
        files, at = self.files, self.at
        odd = "ü\n\udcff*"
        files.write_bytes(at(odd), b"12345")
        self.assertEqual(files.listdir(self.folder), [odd])
        files.rename(at(odd), at("b"))
        files.write_bytes(at("c"), b"")
        with self.assertRaises(FileExistsError):
            files.rename(at("b"), at("c"))
        files.replace(at("b"), at("c"))
        files.copyfile(at("c"), at("d"))
        files.link(at("d"), at("e"))
        files.truncate(at("d"), 2)
        self.assertEqual(files.read_bytes(at("e")), b"12")
        self.assertEqual(files.read_bytes(at("c"), 1, 3), b"234")
        files.unlink(at("e"))
        files.remove(at("d"))
        files.mkdir(at("f"), 0o700)
        files.rmdir(at("f"))
        self.assertEqual(files.listdir(self.folder), ["c"])

    def test_what_a_file_is(self) -> None:
        files, at = self.files, self.at
        files.write_bytes(at("a"), b"abc", mode=0o640)
        files.utime(at("a"), (1000, 2000))
        files.chmod(at("a"), 0o604)
        found = files.stat(at("a"))
        self.assertEqual((found.type, found.st_size, found.st_mtime), ("file", 3, 2000))
        self.assertTrue(stat.S_ISREG(found.st_mode))
        self.assertEqual(stat.S_IMODE(found.st_mode), 0o604)
        uid, gid = found.st_uid, found.st_gid
        assert uid is not None and gid is not None
        files.chown(at("a"), uid, gid)
        files.symlink("a", at("l"))
        self.assertEqual(files.lstat(at("l")).type, "symlink")
        self.assertEqual(files.stat(at("l"), follow_symlinks=False).type, "symlink")
        self.assertTrue(
            files.isfile(at("l")) and files.islink(at("l")) and not files.isdir(at("l"))
        )
        self.assertTrue(files.isdir(self.folder))
        self.assertFalse(files.isfile(at("a/below")))
        info = files.info()
        self.assertEqual((info.via, info.home), ("sftp", str(self.server.home)))
        self.assertIn("posix-rename@openssh.com", info.extensions)
        room = files.statvfs(self.folder)
        self.assertGreater(room.f_blocks * room.f_frsize, 0)

    def test_bytes_and_text(self) -> None:
        files, at = self.files, self.at
        self.assertEqual(files.write_text(at("a"), "ü\r\nx"), 4)
        self.assertEqual(files.read_bytes(at("a")), "ü\r\nx".encode())
        self.assertEqual(files.read_text(at("a")), "ü\nx")
        files.write_bytes(at("a"), b"!", append=True)
        self.assertEqual(files.read_text(at("a")), "ü\nx!")
        with self.assertRaises(FileExistsError):
            files.write_bytes(at("a"), b"", exclusive=True)

    def test_many_entries_come_as_they_are_taken(self) -> None:
        folder = Path(self.folder)
        for number in range(12_000):
            (folder / f"{number}").touch()
        with self.files.scandir(self.folder) as entries:
            self.assertEqual(len({entry.name for entry in entries}), 12_000)
        with self.files.scandir(self.folder) as entries:
            next(entries)
        self.assertEqual(list(entries), [])
        shutil.rmtree(folder)

    def test_paths(self) -> None:
        path = self.files.path(self.folder) / "x" / "y.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(exist_ok=True)
        self.assertEqual(path.write_text("text"), 4)
        self.assertEqual((path.name, path.stem, path.suffix), ("y.txt", "y", ".txt"))
        self.assertEqual(str(path.with_suffix(".c").relative_to(self.folder)), "x/y.c")
        self.assertTrue(path.exists() and path.is_file() and path.parent.is_dir())
        self.assertEqual(list(self.files.path(self.folder).glob("**/*.txt")), [path])
        self.assertEqual(list(self.files.path(self.folder).glob("*/[x-z].???")), [path])
        self.assertEqual(list(self.files.path(self.folder).glob("*.txt")), [])
        self.assertEqual(list(path.parent.iterdir()), [path])
        with path.open("rb") as file:
            self.assertEqual(file.read(), b"text")
        moved = path.replace(path.with_name("z"))
        (path.parent / "link").symlink_to("z")
        self.assertEqual((path.parent / "link").resolve(), moved)
        path.touch()
        with self.assertRaises(FileExistsError):
            path.touch(exist_ok=False)
        path.unlink()
        path.unlink(missing_ok=True)
        self.assertEqual(self.files.read_text(moved), "text")


class TransferTest(FilesTest):
    def test_trees(self) -> None:
        source = self.local("source")
        (source / "deep").mkdir(parents=True)
        (source / "deep" / "a").write_bytes(b"x" * 1000)
        (source / "b.o").write_bytes(b"")
        told: list[sshrpc.TransferProgress] = []
        put = {"recursive": True, "preserve": True, "exclude": ["*.o"], "progress": told.append}
        done = self.files.put(source, self.at("tree"), **put)
        self.assertEqual((done.files, done.directories, done.bytes), (1, 2, 1000))
        self.assertEqual((told[-1].files, told[-1].bytes), (1, 1000))
        again = self.files.put(source, self.at("tree"), recursive=True, overwrite="changed")
        self.assertEqual((again.files, again.skipped), (1, 1))
        back = self.local("back")
        self.files.get(self.at("tree"), back, recursive=True)
        self.assertEqual((back / "deep" / "a").read_bytes(), b"x" * 1000)
        dry = self.files.get(self.at("tree"), self.local("dry"), recursive=True, dry_run=True)
        self.assertEqual(dry.files, 2)
        odd: Any = {"recursiv": True}
        with self.assertRaises(TypeError):
            self.files.get(self.at("tree"), back, **odd)

    def test_what_fails_of_a_tree_is_told(self) -> None:
        self.files.makedirs(self.at("tree"))
        self.files.write_bytes(self.at("tree/a"), b"a")
        self.files.write_bytes(self.at("tree/b"), b"b")
        back = self.local("back")
        (back / "a" / "in the way").mkdir(parents=True)
        with self.assertRaises(sshrpc.TransferIncomplete) as caught:
            self.files.get(self.at("tree"), back, recursive=True)
        self.assertEqual([failure["path"] for failure in caught.exception.failures], ["a"])
        self.assertEqual((back / "b").read_bytes(), b"b")
        with self.assertRaises(FileNotFoundError):
            self.files.get(self.at("none"), back)
        with self.assertRaises(FileNotFoundError):
            self.files.put(back / "none", self.at("none"))

    def test_streams(self) -> None:
        data = os.urandom(3_333_333)
        told: list[tuple[int, int]] = []

        def tell(count: int, total: int) -> None:
            told.append((count, total))

        path = self.at("file")
        self.files.write_bytes(path, b"old", mode=0o604)
        self.files.symlink("file", self.at("link"))
        self.assertEqual(
            self.files.upload(io.BytesIO(data), self.at("link"), progress=tell), len(data)
        )
        self.assertEqual(told[-1], (len(data), len(data)))
        self.assertEqual(stat.S_IMODE(self.files.stat(path).st_mode), 0o604)
        self.assertTrue(self.files.islink(self.at("link")))
        writer = io.BytesIO()
        self.assertEqual(self.files.download(path, writer, progress=tell), len(data))
        self.assertEqual(told[-1], (len(data), len(data)))
        self.assertEqual(writer.getvalue(), data)

    def test_an_upload_that_fails_leaves_the_old_file(self) -> None:
        class Failing(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                data = super().read(size)
                if not data:
                    raise KeyError("reader")
                return data

        self.files.write_bytes(self.at("file"), b"old")
        with self.assertRaises(KeyError):
            self.files.upload(Failing(b"x" * 2_000_000), self.at("file"))
        self.assertEqual(self.files.read_bytes(self.at("file")), b"old")
        self.assertEqual(self.files.listdir(self.folder), ["file"])
        with self.assertRaises(IsADirectoryError):
            self.files.upload(io.BytesIO(b"x"), self.folder)
        with self.assertRaises(TypeError):
            text: Any = io.StringIO("text")
            text.read = lambda size: 5
            self.files.upload(text, self.at("file"))
        with self.assertRaises(FileNotFoundError):
            self.files.download(self.at("none"), io.BytesIO())
