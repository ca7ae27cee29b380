"""The file system for fsspec: fsspec's own tests of it, and pandas over it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

from .server import Server, ServerTest, repository, without_pip

#: Seconds for each step.
PATIENCE = 300


class FsspecTest(ServerTest):
    python: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="sshrpc-fsspec-")
        cls.addClassCleanup(folder.cleanup)
        cls.python = str(Path(folder.name) / "bin" / "python")
        client = f"{repository / 'clients' / 'python'}[fsspec]"
        packages = [client, "pytest", "pandas"]
        # The system's hatchling need not be fetched and installed once more.
        build = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
        for step in (
            [sys.executable, "-m", "venv", "--system-site-packages", *without_pip(), folder.name],
            # To compile all of pandas would take longer than to read what is used of it.
            [cls.python, "-m", "pip", "install", "--quiet", "--no-compile", *build, *packages],
        ):
            done = subprocess.run(step, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
            if done.returncode != 0:
                what = "fsspec, pytest and pandas can't be had from the package registry"
                raise unittest.SkipTest(f"{what}: {done.stderr.strip()[-300:]}")
        super().setUpClass()

    def environment(self) -> dict[str, str]:
        server: Server = self.server
        return {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "SSH_TEST_HOST": server.host,
            "SSH_TEST_PORT": str(server.port),
            "SSH_TEST_USER": server.username,
            "SSH_TEST_PASSWORD": server.password,
            "SSH_TEST_HOME": str(server.home),
        }

    def run_python(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.python, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment(),
            text=True,
            timeout=PATIENCE,
        )
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_its_own_tests(self) -> None:
        tests = str(Path(__file__).parent / "fsspec")
        options = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--tb=short"]
        self.assertIn(" passed", self.run_python("-m", "pytest", *options, tests))

    def test_pandas(self) -> None:
        server = self.server
        (server.home / "sales.csv").write_text("city,amount\nBonn,1\nUlm,2\nBonn,3\n")
        url = f"sshrpc://{server.username}:{server.password}@{server.host}:{server.port}"
        example = str(repository / "examples" / "pandas" / "totals.py")
        printed = self.run_python(example, f"{url}{server.home}")
        self.assertEqual(printed.split(), ["city", "amount", "Bonn", "4", "Ulm", "2"])
        self.assertEqual((server.home / "totals.csv").read_text(), "city,amount\nBonn,4\nUlm,2\n")
