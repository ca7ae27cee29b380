"""The base of the classes that make calls for a session."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .calls import closed_session

if TYPE_CHECKING:
    from .daemon import Daemon


class OpenHandle:
    """A session's handle, and whether it is open."""

    handle: int
    _is_open = False

    def _open(self) -> int:
        """The session's handle; raises an error if the session was closed."""
        if not self._is_open:
            raise closed_session(self.handle)
        return self.handle


class Opened(OpenHandle):
    """A session's handle, and the daemon that keeps the session.

    Attributes:
        handle: The session's number in the daemon.
        daemon: The daemon that keeps it.

    """

    daemon: Daemon
