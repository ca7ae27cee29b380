"""Each call of the API as data: its request, and how its events are read. No I/O.

What threads and asyncio differ in is only how they wait. This is what all calls have in common;
`connecting`, `programs` and `transfers` have the rest.
"""

from __future__ import annotations

import os

from ._tables import ERROR_CODES
from ._typing import TYPE_CHECKING, Generic, T
from .errors import SSHError, make_error
from .process import END_TIMEOUT, START_TIMEOUT
from .rpc import copied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Callable

    from .frames import Payload
    from .process import Link
    from .prompts import Prompt
    from .rpc import Notice, Reply

#: Seconds behind a call's own deadline after which the daemon itself is taken to be stuck.
GRACE = 10.0

#: Seconds in which a daemon that lives says so; one that says nothing isn't dead, either.
LIFE_TIMEOUT = 1.0


class Call(Generic[T]):
    """A request, and what becomes of its reply."""

    def __init__(
        self,
        method: str,
        params: Mapping[str, Any],
        read: Callable[[Reply], T],
        payload: Payload | None = None,
        patience: float | None = None,
        *,
        progress: Callable[..., Any] | None = None,
        on_prompt: Callable[[Prompt], Any] | None = None,
        has_token: bool = False,
        filename: Any = None,
    ) -> None:
        """Args as the attributes that they become.

        Args:
            method: Its method.
            params: Its params by name.
            read: Makes the call's value of the reply.
            payload: Bytes that go with the params.
            patience: Seconds until a daemon that has said nothing is taken to be stuck; None for no
                limit.
            progress: Told bytes and total, where `read_progress` doesn't say otherwise.
            on_prompt: Asked what the daemon asks.
            has_token: Whether the request's id is its `token`, by which what belongs to it is known.
            filename: The path that an OSError of the remote side's is about.

        """
        self.method = method
        self.params = params
        self.read = read
        self.payload = payload
        self.patience = patience
        self.progress = progress
        #: What `progress` is told.
        self.read_progress: Callable[[Notice], tuple[Any, ...]] = progress_of
        self.on_prompt = on_prompt
        self.has_token = has_token
        self.filename = filename

    @property
    def asks_again(self) -> bool:
        """Whether it logs in to a session whose user is asked again when it is connected to again."""
        return self.on_prompt is not None and bool(self.params.get("reconnect"))

    def params_for(self, id: int) -> dict[str, Any]:
        """The params of the request with this id."""
        params = dict(self.params)
        if self.has_token:
            params["token"] = id
        if self.progress is not None:
            params["workDoneToken"] = id
        return params

    def finish(self, reply: Reply) -> T:
        """The call's value.

        Raises:
            SSHError: the reply is an error.

        """
        if reply.error is not None:
            error = copied(reply.error)
            if self.filename is not None and isinstance(error, OSError):
                # A path that is no UTF-8 comes back with its bytes replaced.
                if error.filename is None or "\ufffd" in str(error.filename):
                    error.filename = self.filename
            raise error
        return self.read(reply)


def patience_for(timeout: float | None) -> float | None:
    """The patience with a call whose deadline the daemon keeps itself."""
    return None if timeout is None else max(0.0, timeout) + GRACE


def nothing(_reply: Reply) -> None:
    """Reads a reply that says no more than that it is done."""
    return None


def simple_call(method: str, params: Mapping[str, Any]) -> Call[Any]:
    """A call of the wire's own: params and result as JSON."""
    return Call(method, params, lambda reply: reply.result)


def free_call(session: int) -> Call[Any]:
    """`session.free`, which takes a daemon that isn't stuck no time."""
    call = simple_call("session.free", {"session": session})
    call.patience = END_TIMEOUT
    return call


def life_call() -> Call[Any]:
    """What every daemon answers at once: that there is no such method."""
    call = simple_call("$/alive", {})
    call.patience = LIFE_TIMEOUT
    return call


def closed_session(session: int) -> SSHError:
    """For what is asked of a session after its `close`."""
    code = ERROR_CODES["SessionNotFound"]
    return make_error(code, f"session {session} was closed", {"dispatched": "no"})


def initialize_params() -> dict[str, Any]:
    """What this client says of itself."""
    return {"processId": os.getpid(), "capabilities": {"binaryFrames": True, "prompt": True}}


def initialize_call(params: dict[str, Any], link: Link) -> Call[Any]:
    """`initialize`, at the beginning of a link."""
    if link.environment is not None:
        params["environment"] = link.environment
    call = simple_call("initialize", params)
    call.patience = START_TIMEOUT
    return call


def progress_of(notice: Notice) -> tuple[int, int]:
    """Bytes and total of a `$/progress`."""
    value = notice.params["value"]
    return value.get("bytes", 0), value.get("total", 0)
