"""A real sshd for the tests, and a home for their daemons."""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Callable, cast

repository = Path(__file__).resolve().parents[3]
source = str(repository / "clients" / "python" / "src")

if "SSHRPC_DAEMON" not in os.environ:
    os.environ["SSHRPC_DAEMON"] = str(repository / "bin" / "sshrpc.js")
daemon_path = os.environ["SSHRPC_DAEMON"]

if "XDG_CACHE_HOME" not in os.environ:
    # What pip has fetched and built stays in its place.
    os.environ.setdefault("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))
    # What the daemons have compiled is kept for the next ones.
    os.environ["XDG_CACHE_HOME"] = str(repository / ".cache")
# known_hosts is written to, and an agent of the machine's would be asked.
home = tempfile.mkdtemp(prefix="sshrpc-python-")
atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ["HOME"] = home
os.environ.pop("SSH_AUTH_SOCK", None)
os.environ["PYTHONPATH"] = source

#: What takes longer to load than a command over the shared daemon takes to run.
COSTLY = {
    *("asyncio", "binascii", "collections", "contextlib", "dataclasses", "enum", "functools", "inspect", "json"),
    *("logging", "queue", "re", "shutil", "socket", "subprocess", "threading", "typing", "warnings"),
}

#: Seconds after which it isn't a slow machine, but something hangs.
PATIENCE = 60.0

#: Seconds for calls that are to time out in the midst of something: the next where a slow machine
#: hadn't come so far.
LIMITS = (0.5, 5.0, PATIENCE)


class Server:
    """`test/fixtures/serve-sshd.ts`, which see."""

    def __init__(self, **options: Any) -> None:
        program = Path(daemon_path).parents[1] / "dist" / "test" / "fixtures" / "serve-sshd.js"
        if not program.exists():
            program = repository / "dist" / "test" / "fixtures" / "serve-sshd.js"
        self._process = subprocess.Popen(
            ["node", str(program), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._stdin = cast("IO[str]", self._process.stdin)
        self._stdout = cast("IO[str]", self._process.stdout)
        fields = json.loads(self._stdout.readline())
        if "skip" in fields:
            self.close()
            raise unittest.SkipTest(fields["skip"])
        self.host: str = fields["host"]
        self.port: int = fields["port"]
        self.username: str = fields["username"]
        self.password: str = fields["password"]
        self.private_key_path: str = fields["privateKeyPath"]
        #: The socket of an agent, where that is wanted.
        self.agent: str | None = fields.get("agent")
        self.fingerprint: str = fields["hostKeys"][0]["fingerprint"]
        #: The account's home.
        self.home = Path(fields["home"])

    @property
    def address(self) -> dict[str, Any]:
        """What `connect` needs."""
        names = ("host", "port", "username", "password")
        return {name: getattr(self, name) for name in names}

    def ssh_config(self, *, port: bool = True, user: bool = True) -> Path:
        """A user's configuration in which the server is `foo`."""
        settings = ["Host foo", "HostName 127.0.0.1", "StrictHostKeyChecking accept-new"]
        settings += ["ForwardAgent yes"]
        settings += [f"Port {self.port}"] * port + [f"User {self.username}"] * user
        path = Path(home) / "ssh_config"
        path.write_text("\n".join(settings) + "\n")
        return path

    def ask(self, question: str) -> Any:
        self._stdin.write(json.dumps({"do": question}) + "\n")
        self._stdin.flush()
        return json.loads(self._stdout.readline())

    def close(self) -> None:
        self._stdin.close()
        self._process.wait()
        self._stdout.close()


class ServerTest(unittest.TestCase):
    """Tests against one stock sshd."""

    server: Server

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)


def without_pip() -> list[str]:
    """Where the system's serves, a venv needs none of its own, which takes most of its making."""
    return ["--without-pip"] if importlib.util.find_spec("pip") else []


def is_alive(pid: int) -> bool:
    """Whether the process exists, and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], object], what: str) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.01)


def gone(pid: int) -> None:
    """Waits for the end of a process that isn't our child."""
    until(lambda: not is_alive(pid), f"process {pid} is gone")


def kill(pid: int, signal: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal)


def start(act: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def joined(thread: threading.Thread) -> None:
    """Waits for the thread's end."""
    thread.join(2 * PATIENCE)
    if thread.is_alive():
        raise AssertionError("it hangs")
