"""Chooses the daemon for a session, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .daemon import Daemon, shared, users_lock
from .process import find_command

if TYPE_CHECKING:
    from typing import Any

    from ._aliases import Command
    from .calls import Call
    from .events import Events


def acquire(
    daemon: Command | Daemon | None, share: bool, is_shared: bool, call: Call[Any]
) -> tuple[Daemon, int, Events]:
    """The daemon for a session, started if necessary, with one user more; the login is begun.

    Args:
        daemon: The caller's own daemon, or the command for one.
        share: Whether other sessions of this process may use it, too.
        is_shared: Use the daemon that all of the user's programs share.
        call: The login.

    """
    if isinstance(daemon, Daemon):
        return _begun(daemon.retain(), call)
    command = find_command(daemon)
    if not share:
        own, id, events = Daemon.for_call(call, command, is_shared)
        return own.retain(), id, events
    key = (command, is_shared)
    while True:
        with users_lock():
            found = shared.get(key)
            if found is None or found.error is not None:
                found, id, events = Daemon.for_call(call, command, is_shared)
                shared[key] = found
                return found.retain(), id, events
            found.retain()
        try:
            has_died = found.has_died()
        except BaseException:
            found.release()
            raise
        if not has_died:
            return _begun(found, call)
        found.release()


def _begun(daemon: Daemon, call: Call[Any]) -> tuple[Daemon, int, Events]:
    """Begins the login; if that fails, the daemon is counted as having one user less."""
    try:
        return (daemon, *daemon.start(call))
    except BaseException:
        daemon.release()
        raise
