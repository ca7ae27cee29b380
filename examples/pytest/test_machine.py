"""SSH_TEST_HOST=… SSH_TEST_USER=… SSH_TEST_PASSWORD=… pytest examples/pytest."""

from __future__ import annotations

import pytest

import sshrpc


def test_it_is_a_unix(ssh: sshrpc.Session) -> None:
    assert ssh.run("uname -s", text=True, check=True).stdout == "Linux\n"


def test_a_file_comes_back_as_it_went(ssh: sshrpc.Session) -> None:
    ssh.write_bytes("/tmp/sshrpc-example", b"\x00\xff")
    assert ssh.read_bytes("/tmp/sshrpc-example") == b"\x00\xff"
    ssh.run("rm /tmp/sshrpc-example", check=True)


def test_a_slow_command_is_stopped(ssh: sshrpc.Session) -> None:
    with pytest.raises(sshrpc.Timeout) as caught:
        ssh.run("echo begun; sleep 60", timeout=1)
    assert caught.value.stdout == b"begun\n"
