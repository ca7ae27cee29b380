"""What the bench's programs in Python share: a line asks for work, a line answers (see ../README.md)."""

import asyncio
import functools
import os
import sys

HOST = os.environ.get("BENCH_HOST", "")
PORT = int(os.environ.get("BENCH_PORT", "22"))
USER = os.environ.get("BENCH_USER", "")
KEY = os.environ.get("BENCH_KEY", "")
KNOWN_HOSTS = os.environ.get("BENCH_KNOWN_HOSTS", "")


@functools.lru_cache(maxsize=None)
def content(path):
    with open(path, "rb") as file:
        return file.read()


def serve(peer):
    """Does what is asked for by its methods. What one returns is called after the answer."""
    for name, arguments in _requests():
        try:
            afterwards = getattr(peer, name)(*arguments)
            _answer()
            if afterwards:
                afterwards()
        except Exception as error:
            _answer(error)


async def serve_async(peer):
    """The same for coroutines."""
    loop = asyncio.get_running_loop()
    requests = _requests()
    while request := await loop.run_in_executor(None, next, requests, None):
        name, arguments = request
        try:
            afterwards = await getattr(peer, name)(*arguments)
            _answer()
            if afterwards:
                afterwards()
        except Exception as error:
            _answer(error)


def _requests():
    for line in sys.stdin:
        name, *arguments = line.rstrip("\n").split("\t")
        yield name, [int(each) if each.isdigit() else each for each in arguments]


def _answer(error=None):
    print("ok" if error is None else f"error {error!r}", flush=True)
