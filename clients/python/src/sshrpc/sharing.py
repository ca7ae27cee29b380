"""Which daemon a session gets, for threads."""

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
    """The daemon for a session, started where need be, with one user more, and its login, begun.

    Args:
        daemon: The session's own, or the command for one.
        share: Whether the process's other sessions may have the same.
        is_shared: Whether it is the one of all the user's programs.
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
    """With the login begun; a daemon with one user less where that fails."""
    try:
        return (daemon, *daemon.start(call))
    except BaseException:
        daemon.release()
        raise
