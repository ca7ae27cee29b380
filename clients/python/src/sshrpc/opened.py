"""What all that is asked of a session needs."""

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
        """The handle of a session that is open."""
        if not self._is_open:
            raise closed_session(self.handle)
        return self.handle


class Opened(OpenHandle):
    """The same, and where it is kept.

    Attributes:
        handle: The daemon's number for it.
        daemon: Where it is kept.

    """

    daemon: Daemon
