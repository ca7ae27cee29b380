"""The documents on moving over: all of their code is run, theirs and ours, and prints the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from .server import ServerTest, repository

documents = repository / "docs"


def python_with(module: str) -> str | None:
    """The interpreter that has the module; a Debian package's is the system's."""
    for python in (sys.executable, "/usr/bin/python3"):
        found = subprocess.run([python, "-c", f"import {module}"], stderr=subprocess.DEVNULL)
        if found.returncode == 0:
            return python
    return None


class DocumentsTest(ServerTest):
    def test_paramiko(self) -> None:
        self.compare("paramiko")

    def test_fabric(self) -> None:
        self.compare("fabric")

    def test_asyncssh(self) -> None:
        self.compare("asyncssh", is_async=True)

    def compare(self, peer: str, is_async: bool = False) -> None:
        text = (documents / f"from-{peer}.md").read_text()
        found = re.findall(r"```python\n# (\S+)\n(.*?)```", text, re.DOTALL)
        self.assertEqual([name for name, _ in found], [peer, "sshrpc"] * (len(found) // 2))
        self.assertEqual(len(found), len(re.findall(r"^```\w", text, re.MULTILINE)))
        blocks = {who: [block for name, block in found if name == who] for who in (peer, "sshrpc")}
        self.assertGreater(len(blocks[peer]), 5)
        home = tempfile.mkdtemp(prefix="sshrpc-documents-")
        self.addCleanup(shutil.rmtree, home)
        # Ours comes first, and records the host key, which asyncssh must know.
        ours = self.run_program(sys.executable, blocks["sshrpc"], home, is_async)
        self.assertNotEqual(ours, "")
        python = python_with(peer)
        if python is None:
            self.skipTest(f"there is no {peer} to compare with (python3-{peer}); ours ran")
        self.assertEqual(ours, self.run_program(python, blocks[peer], home, is_async))

    def run_program(self, python: str, blocks: list[str], home: str, is_async: bool) -> str:
        (Path(home) / "report.txt").write_text("the report\n")
        program = "".join(f"print({n})\n{block}" for n, block in enumerate(blocks))
        if is_async:
            body = textwrap.indent(program, "    ")
            program = f"import asyncio\n\nasync def main():\n{body}\n\nasyncio.run(main())\n"
        # One server by two names.
        for name, host in (("inner.example.org", "localhost"), ("example.org", self.server.host)):
            address = f"{self.server.username}@{host}:{self.server.port}"
            program = program.replace(f"alice@{name}", address)
            program = re.sub(f'"{name}"(, 22)?', f'"{host}", {self.server.port}', program)
        program = program.replace('"alice"', f'"{self.server.username}"')
        program = program.replace('"secret"', f'"{self.server.password}"')
        process = subprocess.run(
            [python, "-W", "ignore", "-c", program],
            cwd=home,
            env={**os.environ, "HOME": home},
            capture_output=True,
            timeout=300,
        )
        self.assertEqual(process.returncode, 0, process.stderr.decode())
        return process.stdout.decode()
