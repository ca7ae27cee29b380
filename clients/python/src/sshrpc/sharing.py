"""Which daemon a session gets, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .daemon import Daemon, shared, users_lock
from .process import find_command

if TYPE_CHECKING:
    from ._aliases import Command


def acquire(daemon: Command | Daemon | None, share: bool) -> Daemon:
    """The daemon for a session, started where need be, with one user more."""
    if isinstance(daemon, Daemon):
        return daemon.retain()
    command = find_command(daemon)
    if not share:
        return Daemon(command).end_with_users().retain()
    while True:
        with users_lock():
            found = shared.get(command)
            if found is None or found.error is not None:
                found = shared[command] = Daemon(command).end_with_users()
                return found.retain()
            found.retain()
        try:
            if not found.has_died():
                return found
        except BaseException:
            found.release()
            raise
        found.release()
