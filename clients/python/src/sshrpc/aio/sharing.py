"""Chooses the daemon for a session, for asyncio."""

from __future__ import annotations

import asyncio

from .._typing import TYPE_CHECKING
from ..process import find_command
from .daemon import Daemon, shared

if TYPE_CHECKING:
    from .._aliases import Command
    from ..process import Link


def _purge() -> None:
    """Forgets daemons whose event loop was closed before they were."""
    for key in [key for key in shared if key[0].is_closed()]:
        link: Link | None = getattr(shared.pop(key), "_process", None)
        if link is not None:
            link.end()


async def acquire(daemon: Command | Daemon | None, share: bool, is_shared: bool) -> Daemon:
    """The daemon for a session, started if necessary, and counted as having one user more.

    Args:
        daemon: The caller's own daemon, or the command for one.
        share: Whether other sessions of this event loop may use it, too.
        is_shared: Use the daemon that all of the user's programs share.

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
