"""A call's events, for asyncio."""

from __future__ import annotations

import asyncio
from collections import deque

from .._typing import TYPE_CHECKING
from ..rpc import Reply

if TYPE_CHECKING:
    from ..rpc import Event


class Events:
    """A call's events. The last one, a reply or an exception, is given to everyone who asks."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._events: deque[Event | BaseException] = deque()
        self._waiters: set[asyncio.Future[None]] = set()
        #: Whether the last event has come.
        self.is_complete = False

    def put(self, item: Event | BaseException) -> None:
        """Adds an event, or an exception that `get` is to raise."""
        if self.is_complete:
            return
        self.is_complete = isinstance(item, (Reply, BaseException))
        self._events.append(item)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def get(self) -> Event:
        """Waits for the next event."""
        while not self._events:
            waiter: asyncio.Future[None] = self._loop.create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)
        item = self._events[0]
        if isinstance(item, BaseException):
            raise item
        if not isinstance(item, Reply):
            self._events.popleft()
        return item
