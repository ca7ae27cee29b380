"""The base of the classes for the server's files, for asyncio."""

from __future__ import annotations

import inspect

from .._typing import TYPE_CHECKING, T

if TYPE_CHECKING:
    from typing import Any

    from ..calls import Call
    from .opened import Opened


class OnFiles:
    """Makes calls for a session."""

    def __init__(self, session: Opened) -> None:
        self._session = session

    def _handle(self) -> int:
        return self._session._open()  # pyright: ignore[reportPrivateUsage]

    async def _call(self, call: Call[T]) -> T:
        return await self._session.daemon.call(call)


async def settled(value: Any) -> Any:
    """Awaits what a callback has returned, if that is awaitable."""
    return await value if inspect.isawaitable(value) else value
