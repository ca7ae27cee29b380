"""What the daemon tells of sessions and forwards while they are open."""

from __future__ import annotations

import sys
from collections import deque

from ._typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable

    from .messages import Mailbox


class ForwardState:
    """What the daemon tells of a forward."""

    def __init__(self) -> None:
        #: Why it has ended by itself.
        self.closed: str | None = None
        #: The latest connections that couldn't be made.
        self.failures: deque[str] = deque(maxlen=100)

    def take(self, method: str, params: Mapping[str, Any]) -> None:
        """Takes a notification."""
        message = str(params.get("message", ""))
        if method == "forward/closed":
            self.closed = message
        else:
            self.failures.append(message)


class SessionState:
    """What the daemon tells of a session."""

    def __init__(self) -> None:
        #: "open"; "lost" while it is connected to again; "closed" when its connection was lost for good.
        self.name = "open"
        #: Why it isn't open.
        self.reason: str | None = None
        #: By which questions about it are known when it is connected to again, and where they go.
        self.token: int | None = None
        self.questions: Mailbox | None = None
        self._told: Callable[[str, str | None], Any] | None = None

    def tell(self, told: Callable[[str, str | None], Any]) -> None:
        """Has `told` called with each state that it gets into, and why; with this one if it isn't open."""
        self._told = told
        if self.name != "open":
            told(self.name, self.reason)

    def ask(self, token: int, questions: Mailbox) -> None:
        """Has questions about it go there when it is connected to again."""
        self.questions = questions
        self.token = token

    def take(self, method: str, params: Mapping[str, Any]) -> None:
        """Takes a notification."""
        event = method.partition("/")[2]
        self.name = "open" if event == "restored" else event
        reason = cast("Mapping[str, Any]", params.get("reason") or {})
        self.reason = None if event == "restored" else str(reason.get("message", ""))
        if self._told is None:
            return
        try:
            self._told(self.name, self.reason)
        except Exception:  # noqa: BLE001
            # It is the user's, and nobody waits for it.
            sys.excepthook(*sys.exc_info())  # pyright: ignore[reportArgumentType]
