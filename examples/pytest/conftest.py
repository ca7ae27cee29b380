"""Fixtures for tests that need SSH: copy this file beside your own tests.

The daemon ends with the test run, however that ends; each test gets a session of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

import sshrpc


@pytest.fixture(scope="session")
def sshrpc_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sshrpc.Daemon]:
    """One daemon for the whole run; in a home of its own it leaves known_hosts alone."""
    home = tmp_path_factory.mktemp("home")
    env = {name: value for name, value in os.environ.items() if name != "SSH_AUTH_SOCK"}
    with sshrpc.Daemon(env={**env, "HOME": str(home)}) as daemon:
        yield daemon


@pytest.fixture
def ssh(sshrpc_daemon: sshrpc.Daemon) -> Iterator[sshrpc.Session]:
    """A session on the machine under test, which SSH_TEST_HOST and the others name."""
    host = os.environ.get("SSH_TEST_HOST")
    if host is None:
        pytest.skip("SSH_TEST_HOST is not set")
    with sshrpc.connect(
        host,
        int(os.environ.get("SSH_TEST_PORT", "22")),
        os.environ.get("SSH_TEST_USER"),
        os.environ.get("SSH_TEST_PASSWORD"),
        daemon=sshrpc_daemon,
        timeout=10,
    ) as session:
        yield session
