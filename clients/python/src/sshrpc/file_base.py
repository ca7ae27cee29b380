"""The base of the classes for the server's files, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, T

if TYPE_CHECKING:
    from .calls import Call
    from .opened import Opened


class OnFiles:
    """Makes calls for a session."""

    def __init__(self, session: Opened) -> None:
        self._session = session

    def _handle(self) -> int:
        return self._session._open()  # pyright: ignore[reportPrivateUsage]

    def _call(self, call: Call[T]) -> T:
        return self._session.daemon.call(call)
