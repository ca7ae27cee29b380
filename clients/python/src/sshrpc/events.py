"""A call's events, for threads."""

from __future__ import annotations

import time

from ._threads import TIMEOUT_MAX, Empty
from ._typing import TYPE_CHECKING
from .errors import Timeout
from .rpc import Reply

if TYPE_CHECKING:
    from queue import SimpleQueue
    from typing import Any

    from .calls import Call
    from .rpc import Event

    Events = SimpleQueue[Event]


def deadline_of(call: Call[Any]) -> float | None:
    """The time, by `time.monotonic`, at which to give up a call whose daemon says nothing."""
    return None if call.patience is None else time.monotonic() + call.patience


def next_event(events: Events, deadline: float | None) -> Event:
    """Waits for a call's next event. A reply, which is the last one, stays for others who wait."""
    if deadline is None:
        event = events.get()
    else:
        try:
            left = min(deadline - time.monotonic(), TIMEOUT_MAX)
            event = events.get(timeout=max(0.0, left))
        except Empty:
            raise stuck() from None
    if isinstance(event, Reply):
        events.put(event)
    return event


def stuck() -> Timeout:
    """The error for a daemon that doesn't reply, not even that the time is over."""
    return Timeout(
        "the daemon is silent, long after the time-out",
        data={"phase": "daemon", "dispatched": "maybe"},
    )
