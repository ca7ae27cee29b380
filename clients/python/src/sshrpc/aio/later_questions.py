"""Questions of a session that is connected to again, for asyncio."""

from __future__ import annotations

from .._typing import TYPE_CHECKING
from ..messages import Question, Withdrawn

if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from ..calls import Call
    from ..messages import Event
    from .daemon import Daemon


class LaterQuestions:
    """Answers each question in a task of its own, as no call waits for them."""

    def __init__(self, daemon: Daemon, call: Call[Any]) -> None:
        self._daemon = daemon
        self._call = call
        self._asking: dict[int | str, asyncio.Task[None]] = {}

    def put(self, item: Event) -> None:
        """Takes an event, as every mailbox."""
        if isinstance(item, Question):
            task = self._daemon.answer_later(self._call, item)
            id = item.id
            self._asking[id] = task
            task.add_done_callback(lambda _: self._asking.pop(id, None))
        elif isinstance(item, Withdrawn) and item.id in self._asking:
            self._asking[item.id].cancel()
