"""What all that is asked of a session needs."""

from __future__ import annotations

from .._typing import TYPE_CHECKING
from ..opened import OpenHandle

if TYPE_CHECKING:
    from .daemon import Daemon


class Opened(OpenHandle):
    """A session's handle, whether it is open, and where it is kept.

    Attributes:
        handle: The daemon's number for it.
        daemon: Where it is kept.

    """

    daemon: Daemon
