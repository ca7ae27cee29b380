"""Which daemon a session gets, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .daemon import Daemon, shared, users_lock
from .process import find_command

if TYPE_CHECKING:
    from ._aliases import Command


def acquire(daemon: Command | Daemon | None, share: bool, is_shared: bool) -> Daemon:
    """The daemon for a session, started where need be, with one user more.

    Args:
        daemon: The session's own, or the command for one.
        share: Whether the process's other sessions may have the same.
        is_shared: Whether it is the one of all the user's programs.

    """
    if isinstance(daemon, Daemon):
        return daemon.retain()
    command = find_command(daemon)
    if not share:
        return Daemon(command, shared=is_shared).end_with_users().retain()
    key = (command, is_shared)
    while True:
        with users_lock():
            found = shared.get(key)
            if found is None or found.error is not None:
                found = shared[key] = Daemon(command, shared=is_shared).end_with_users()
                return found.retain()
            found.retain()
        try:
            if not found.has_died():
                return found
        except BaseException:
            found.release()
            raise
        found.release()
