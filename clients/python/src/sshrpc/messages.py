"""What the daemon sends that belongs to a call, and where it goes."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from ._values import Value

if TYPE_CHECKING:
    from typing import Any, Union

    from .errors import SSHError


class Reply(Value):
    """The one answer to a request."""

    __slots__ = ("binary", "error", "result")
    __match_args__ = ("result", "error", "binary")

    def __init__(self, result: Any, error: SSHError | None, binary: memoryview) -> None:
        self.result = result
        self.error = error
        self.binary = binary


class Notice(Value):
    """A notification that belongs to a call: `session/output`, `fs/entries` or `$/progress`."""

    __slots__ = ("binary", "method", "params")
    __match_args__ = ("method", "params", "binary")

    def __init__(self, method: str, params: dict[str, Any], binary: memoryview) -> None:
        self.method = method
        self.params = params
        self.binary = binary


class Question(Value):
    """A request of the daemon's that belongs to a call: `client/prompt`."""

    __slots__ = ("id", "params")
    __match_args__ = ("id", "params")

    def __init__(self, id: int | str, params: dict[str, Any]) -> None:
        self.id = id
        self.params = params


class Withdrawn(Value):
    """The daemon doesn't wait for the answer to its question any more."""

    __slots__ = ("id",)
    __match_args__ = ("id",)

    def __init__(self, id: int | str) -> None:
        self.id = id


if TYPE_CHECKING:
    from typing import Protocol

    Event = Union[Reply, Notice, Question, Withdrawn]

    class Mailbox(Protocol):
        """Where a call gets its events. `put` must not block, and may be called in any thread."""

        def put(self, item: Event, /) -> None:
            """Adds an event."""
            ...
