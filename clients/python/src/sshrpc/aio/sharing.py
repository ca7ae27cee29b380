"""Which daemon a session gets, for asyncio."""

from __future__ import annotations

import asyncio

from .._typing import TYPE_CHECKING
from ..process import find_command
from .daemon import Daemon, shared

if TYPE_CHECKING:
    from .._aliases import Command
    from ..process import Link


def _purge() -> None:
    """Lets go of daemons whose loop was closed before they were."""
    for key in [key for key in shared if key[0].is_closed()]:
        link: Link | None = getattr(shared.pop(key), "_process", None)
        if link is not None:
            link.end()


async def acquire(daemon: Command | Daemon | None, share: bool, is_shared: bool) -> Daemon:
    """The daemon for a session, started where need be, with one user more.

    Args:
        daemon: The session's own, or the command for one.
        share: Whether the loop's other sessions may have the same.
        is_shared: Whether it is the one of all the user's programs.

    """
    if isinstance(daemon, Daemon):
        return await _start(daemon)
    command = find_command(daemon)
    if not share:
        return await _start(Daemon(command, shared=is_shared).end_with_users())
    _purge()
    key = (asyncio.get_running_loop(), command, is_shared)
    while True:
        found = shared.get(key)
        if found is None or not found.is_usable:
            found = shared[key] = Daemon(command, shared=is_shared).end_with_users()
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
