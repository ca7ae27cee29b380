"""What all of a server's files needs, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, T

if TYPE_CHECKING:
    from .calls import Call
    from .opened import Opened


class OnFiles:
    """A session's calls."""

    def __init__(self, session: Opened) -> None:
        self._session = session

    def _handle(self) -> int:
        return self._session._open()  # pyright: ignore[reportPrivateUsage]

    def _call(self, call: Call[T]) -> T:
        return self._session.daemon.call(call)
