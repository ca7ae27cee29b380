"""What the peers in Python share: a line asks for work, a line answers (see ../README.md)."""

import os
import sys

HOST = os.environ.get("BENCH_HOST", "")
PORT = int(os.environ.get("BENCH_PORT", "22"))
USER = os.environ.get("BENCH_USER", "")
KEY = os.environ.get("BENCH_KEY", "")


def requests():
    """The work that is asked for: a name and its arguments."""
    for line in sys.stdin:
        name, *arguments = line.rstrip("\n").split("\t")
        yield name, [int(each) if each.isdigit() else each for each in arguments]


def answer(error=None):
    print("ok" if error is None else f"error {error!r}", flush=True)
