"""fsspec's own tests of a file system, run by pytest (`test_fsspec`)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any

import fsspec
import fsspec.tests.abstract as abstract
import pytest

from sshrpc.fsspec import SSHFileSystem


def address() -> dict[str, Any]:
    return {
        "host": os.environ["SSH_TEST_HOST"],
        "port": int(os.environ["SSH_TEST_PORT"]),
        "username": os.environ["SSH_TEST_USER"],
        "password": os.environ["SSH_TEST_PASSWORD"],
    }


class Fixtures(abstract.AbstractFixtures):
    @pytest.fixture
    def fs(self) -> SSHFileSystem:
        # fsspec keeps it: there is one connection.
        return SSHFileSystem(**address(), auto_mkdir=True)

    @pytest.fixture
    def fs_path(self, fs: SSHFileSystem) -> Iterator[str]:
        path = f"{os.environ['SSH_TEST_HOME']}/{uuid.uuid4()}"
        fs.mkdir(path)
        yield path
        fs.rm(path, recursive=True)

    @pytest.fixture
    def fs_join(self) -> Any:
        return lambda *parts: "/".join(parts)


class TestCopy(abstract.AbstractCopyTests, Fixtures):
    pass


class TestGet(abstract.AbstractGetTests, Fixtures):
    pass


class TestPut(abstract.AbstractPutTests, Fixtures):
    pass


class TestOpen(abstract.AbstractOpenTests, Fixtures):
    pass


class TestPipe(abstract.AbstractPipeTests, Fixtures):
    pass


class TestOurs(Fixtures):
    def test_urls(self, fs_path: str) -> None:
        where = address()
        url = f"sshrpc://{where['username']}:{where['password']}@{where['host']}:{where['port']}"
        with fsspec.open(f"{url}{fs_path}/a.txt", "w") as file:
            file.write("text")
        with fsspec.open(f"{url}{fs_path}/a.txt", "rb") as file:
            assert file.read() == b"text"

    def test_host_keys_are_checked(self) -> None:
        import sshrpc

        with pytest.raises(sshrpc.HostKeyRejected):
            SSHFileSystem(**address(), host_key_fingerprints=["SHA256:" + "A" * 43])

    def test_ranges(self, fs: SSHFileSystem, fs_path: str) -> None:
        fs.pipe(f"{fs_path}/a", b"0123456789")
        assert fs.cat_file(f"{fs_path}/a", 2, 5) == b"234"
        assert fs.cat_file(f"{fs_path}/a", -3) == b"789"
        assert fs.cat_file(f"{fs_path}/a", -3, -1) == b"78"
        assert fs.ls(f"{fs_path}/a", detail=False) == [f"{fs_path}/a"]
        with pytest.raises(FileNotFoundError):
            fs.ls(f"{fs_path}/none")

    def test_transactions(self, fs: SSHFileSystem, fs_path: str) -> None:
        with fs.transaction:
            with fs.open(f"{fs_path}/a", "wb") as file:
                file.write(b"x")
            assert not fs.exists(f"{fs_path}/a")
        assert fs.cat(f"{fs_path}/a") == b"x"
        assert fs.ls(fs_path, detail=False) == [f"{fs_path}/a"]
