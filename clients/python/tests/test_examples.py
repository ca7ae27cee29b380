"""The examples run as they are printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from .server import ServerTest, repository

readme = Path(__file__).parents[1] / "README.md"


class ReadmeTest(ServerTest):
    def run_block(self, number: int, before: str = "", after: str = "") -> str:
        block: str = re.findall(r"```python\n(.*?)```", readme.read_text(), re.DOTALL)[number]
        address = f'"127.0.0.1", {self.server.port}, "alice", "open-sesame"'
        text = block.replace('"127.0.0.1", 2222', f'"127.0.0.1", {self.server.port}')
        process = subprocess.run(
            [sys.executable, "-X", "dev", "-c", before.format(address=address) + text + after],
            capture_output=True,
        )
        # On a slow machine asyncio's debug mode says that a step took more than 0.1 s.
        slow = re.compile(r"^Executing <.*> took [\d.]+ seconds\n", re.MULTILINE)
        complaints = slow.sub("", process.stderr.decode())
        self.assertEqual((process.returncode, complaints), (0, ""))
        return process.stdout.decode()

    def test_threads(self) -> None:
        self.assertEqual(self.run_block(0), "Linux\n\nb'hello\\n'\n")

    def test_asyncio(self) -> None:
        self.assertEqual(self.run_block(1), "19900\n")

    def test_the_rest(self) -> None:
        before = "import sys, getpass, sshrpc\nsession = sshrpc.connect({address})\n"
        make = "session.write_bytes('Makefile', b'all:\\n\\t@echo made\\n')\n"
        after = "session.close()\n"
        self.assertEqual(self.run_block(2, before + make, after), self.made())
        self.assertEqual(self.run_block(3, before + make, after), self.made())
        self.assertEqual(self.run_block(4, before, after), "b'begun\\n' run\n")

    def test_files(self) -> None:
        before = "import os, sshrpc, tempfile\nos.chdir(tempfile.mkdtemp(dir=os.environ['HOME']))\n"
        before += "session = sshrpc.connect({address})\n"
        # Under libnss-wrapper an sftp-server's first listing of a new folder has its names twice:
        # OpenSSH's own sftp shows it, too.
        before += "session.files.listdir()\n"
        printed = self.run_block(5, before, "session.close()\n")
        self.assertEqual(printed, "pages True\n['index.html'] 15\n1\n")

    def test_shells(self) -> None:
        before = "import sshrpc\nsession = sshrpc.connect({address})\n"
        self.assertEqual(self.run_block(6, before, "session.close()\n"), "42\nhello world\n")

    def test_tunnels(self) -> None:
        before = """
import http.server, sshrpc, threading, urllib.request
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    do_HEAD = do_GET
    def log_message(self, *_): pass
web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
web_port = web.server_address[1]
threading.Thread(target=web.serve_forever, daemon=True).start()
session = sshrpc.connect({address})
"""
        after = "session.close()\nweb.shutdown()\nweb.server_close()\n"
        self.assertEqual(self.run_block(7, before, after), "200\nb'200'\n")
        self.assertEqual(self.run_block(8, before, after), "200\n")

    def made(self) -> str:
        has_make = subprocess.run(["sh", "-c", "command -v make"], stdout=subprocess.DEVNULL)
        if has_make.returncode != 0:
            self.skipTest("there is no make")
        return "made\n0\n"


class PytestTest(ServerTest):
    def test_the_fixture(self) -> None:
        for python in (sys.executable, "/usr/bin/python3"):
            found = subprocess.run([python, "-c", "import pytest"], stderr=subprocess.DEVNULL)
            if found.returncode == 0:
                break
        else:
            self.skipTest("there is no pytest (python3-pytest)")
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        process = subprocess.run(
            [*command, str(repository / "examples" / "pytest")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "PYTHONDONTWRITEBYTECODE": "1",
                "SSH_TEST_HOST": self.server.host,
                "SSH_TEST_PORT": str(self.server.port),
                "SSH_TEST_USER": self.server.username,
                "SSH_TEST_PASSWORD": self.server.password,
            },
        )
        self.assertIn("3 passed", process.stdout.decode(), process.stdout.decode())
