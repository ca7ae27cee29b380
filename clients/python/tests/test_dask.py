"""The example with Dask: a file on many hosts, read and hashed by the workers of a cluster."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

from .server import ServerTest, repository, without_pip

#: Seconds for each step.
PATIENCE = 300
HOSTS = [f"node-{number}" for number in range(40)]
MISSING = "node-13"


class DaskTest(ServerTest):
    python: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="sshrpc-dask-")
        cls.addClassCleanup(folder.cleanup)
        cls.python = str(Path(folder.name) / "bin" / "python")
        # The system's pip can install for another Python.
        pip = ["pip", "--python", cls.python] if without_pip() else ["pip"]
        installer = sys.executable if without_pip() else cls.python
        for step in (
            [sys.executable, "-m", "venv", *without_pip(), folder.name],
            [installer, "-m", *pip, "install", "--quiet", "distributed"],
        ):
            done = subprocess.run(step, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
            if done.returncode != 0:
                what = "distributed can't be had from the package registry"
                raise unittest.SkipTest(f"{what}: {done.stderr.strip()[-300:]}")
        super().setUpClass()

    def test_hashes_of_many_hosts(self) -> None:
        server = self.server
        content = b"one and the same\n" * 100_000
        (server.home / "data").write_bytes(content)
        config = server.home / "config"
        # Nobody listens on port 1.
        config.write_text(
            f"Host {MISSING}\n  Port 1\n"
            "Host node-*\n"
            f"  HostName {server.host}\n  Port {server.port}\n  User {server.username}\n"
            f"  IdentityFile {server.private_key_path}\n"
        )
        example = str(repository / "examples" / "dask" / "hashes.py")
        done = subprocess.run(
            [self.python, example, str(config), "data", *HOSTS],
            capture_output=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            text=True,
            timeout=PATIENCE,
        )
        digest = hashlib.sha256(content).hexdigest()
        expected = [f"{digest}  {host}" for host in HOSTS if host != MISSING]
        self.assertEqual(done.stdout.splitlines(), expected, done.stderr)
        self.assertEqual(done.returncode, 1)
        [said] = [line for line in done.stderr.splitlines() if line.startswith("node-")]
        self.assertRegex(said, rf"^{MISSING}: .*refused")
