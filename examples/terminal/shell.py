#!/usr/bin/env python3
"""A login shell on a server, at this terminal, as `ssh` has it: `shell.py [user@]host[:port]`.

The user's ssh_config says what the name doesn't. Where stdin is no terminal the shell has none either,
and reads commands from there up to its end. The exit status is the shell's, 255 where there was none.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import signal
import sys
import termios
import threading
import tty

import sshrpc
from sshrpc import aio


def ask(prompt: sshrpc.Prompt) -> bool | list[str] | None:
    """Answers what the login asks."""
    if not sys.stdin.isatty():
        return None
    if prompt.host_key is not None:
        key = prompt.host_key
        print(f"The host key of {prompt.host} is {key.reason}: {key.type} {key.fingerprint}")
        return input("Trust it (yes/no)? ") == "yes"
    texts = ["".join(filter(str.isprintable, line.text)) for line in prompt.lines]
    return [
        input(text) if line.echo else getpass.getpass(text)
        for text, line in zip(texts, prompt.lines)
    ]


def type_what_comes(shell: aio.Shell, loop: asyncio.AbstractEventLoop) -> None:
    """Types what stdin gives, no faster than the server takes it."""
    try:
        while data := os.read(0, 65536):
            asyncio.run_coroutine_threadsafe(shell.write(data), loop).result()
        asyncio.run_coroutine_threadsafe(shell.close_stdin(), loop).result()
    except (sshrpc.SSHError, OSError, RuntimeError):
        pass  # The shell has ended.


async def talk(target: str) -> int:
    async with aio.connect(target, config=True, on_prompt=ask) as session:
        at_terminal = os.isatty(0)
        columns, rows = os.get_terminal_size(0) if at_terminal else (80, 24)
        term = os.environ.get("TERM", "xterm")
        pty = {"term": term, "columns": columns, "rows": rows} if at_terminal else False
        loop = asyncio.get_running_loop()
        async with session.shell(pty=pty) as shell:
            if at_terminal:
                cooked = termios.tcgetattr(0)
                tty.setraw(0)
                resizing = set()

                def resize() -> None:
                    resizing.add(loop.create_task(shell.resize(*os.get_terminal_size(0))))

                loop.add_signal_handler(signal.SIGWINCH, resize)
            try:
                # A daemon thread: at the shell's end it may be waiting for a key.
                threading.Thread(target=type_what_comes, args=(shell, loop), daemon=True).start()
                async for name, data in shell:
                    out = sys.stdout.buffer if name == "stdout" else sys.stderr.buffer
                    out.write(data)
                    out.flush()
                code = await shell.wait()
            finally:
                if at_terminal:
                    termios.tcsetattr(0, termios.TCSADRAIN, cooked)
        return 255 if code is None else code


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        sys.exit(asyncio.run(talk(sys.argv[1])))
    except sshrpc.SSHError as error:
        print(error, file=sys.stderr)
        sys.exit(255)
