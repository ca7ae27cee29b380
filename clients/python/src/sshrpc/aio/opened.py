"""The base of the classes that make calls for a session."""

from __future__ import annotations

from .._typing import TYPE_CHECKING
from ..opened import OpenHandle

if TYPE_CHECKING:
    from .daemon import Daemon


class Opened(OpenHandle):
    """A session's handle, whether it is open, and the daemon that keeps the session.

    Attributes:
        handle: The session's number in the daemon.
        daemon: The daemon that keeps it.

    """

    daemon: Daemon
