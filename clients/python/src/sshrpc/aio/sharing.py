"""Which daemon a session gets, for asyncio."""

from __future__ import annotations

import asyncio

from .._typing import TYPE_CHECKING
from ..process import find_command
from .daemon import Daemon, shared

if TYPE_CHECKING:
    from .._aliases import Command
    from ..process import Process


def _purge() -> None:
    """Lets go of daemons whose loop was closed before they were."""
    abandoned: list[tuple[asyncio.AbstractEventLoop, tuple[str, ...]]] = [
        key for key in shared if key[0].is_closed()
    ]
    for key in abandoned:
        process: Process | None = getattr(shared.pop(key), "_process", None)
        if process is not None:
            process.end()


async def acquire(daemon: Command | Daemon | None, share: bool) -> Daemon:
    """The daemon for a session, started where need be, with one user more."""
    if isinstance(daemon, Daemon):
        return await _start(daemon)
    command = find_command(daemon)
    if not share:
        return await _start(Daemon(command).end_with_users())
    _purge()
    key = (asyncio.get_running_loop(), command)
    while True:
        found = shared.get(key)
        if found is None or not found.is_usable:
            found = shared[key] = Daemon(command).end_with_users()
        if not found.is_started:
            return await _start(found)
        found.retain()
        try:
            if not await found.has_died():
                return found
        except BaseException:
            await found.release()
            raise
        await found.release()


async def _start(daemon: Daemon) -> Daemon:
    daemon.retain()
    try:
        await daemon.start()
    except BaseException:
        await daemon.release()
        raise
    return daemon
