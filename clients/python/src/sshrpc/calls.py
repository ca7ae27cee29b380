"""Each call of the API as data: its request, and how to read its reply and events. No I/O.

So threads and asyncio differ only in how they wait. This module has what all calls have in common;
`connecting`, `programs` and `transfers` have the calls themselves.
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

#: Seconds after a call's own deadline at which a daemon that hasn't replied is taken to be stuck.
GRACE = 10.0

#: Seconds to wait for the reply to `life_call`. A daemon that is only busy may take longer.
LIFE_TIMEOUT = 1.0


class Call(Generic[T]):
    """A request, and how to make a value of its reply."""

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
        """Each argument becomes an attribute of the same name.

        Args:
            method: Its method.
            params: Its params by name.
            read: Makes the call's value of the reply.
            payload: Bytes that go with the params.
            patience: Seconds until a daemon that has said nothing is taken to be stuck; None for no
                limit.
            progress: Called with bytes and total, unless `read_progress` gives something else.
            on_prompt: Called with the daemon's questions.
            has_token: Whether the request's id is also its `token`, which the daemon's messages
                about it name.
            filename: The remote path, for the `filename` of an OSError.

        """
        self.method = method
        self.params = params
        self.read = read
        self.payload = payload
        self.patience = patience
        self.progress = progress
        #: Makes the arguments of `progress` from a notification.
        self.read_progress: Callable[[Notice], tuple[Any, ...]] = progress_of
        self.on_prompt = on_prompt
        self.has_token = has_token
        self.filename = filename

    @property
    def asks_again(self) -> bool:
        """Whether it is a login whose `on_prompt` is called again when the session reconnects."""
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
                # The daemon's copy of a path that isn't UTF-8 has U+FFFD in it: ours is better.
                if error.filename is None or "\ufffd" in str(error.filename):
                    error.filename = self.filename
            raise error
        return self.read(reply)


def patience_for(timeout: float | None) -> float | None:
    """The `patience` for a call whose deadline the daemon keeps itself."""
    return None if timeout is None else max(0.0, timeout) + GRACE


def nothing(_reply: Reply) -> None:
    """Reads a reply that has no value."""
    return None


def simple_call(method: str, params: Mapping[str, Any]) -> Call[Any]:
    """A call whose params and result are used as they are in JSON."""
    return Call(method, params, lambda reply: reply.result)


def free_call(session: int) -> Call[Any]:
    """`session.free`. Its patience is short: only a daemon that is stuck takes long."""
    call = simple_call("session.free", {"session": session})
    call.patience = END_TIMEOUT
    return call


def life_call() -> Call[Any]:
    """A method that doesn't exist: every daemon that lives replies with an error at once."""
    call = simple_call("$/alive", {})
    call.patience = LIFE_TIMEOUT
    return call


def closed_session(session: int) -> SSHError:
    """The error for a call on a session that was closed."""
    code = ERROR_CODES["SessionNotFound"]
    return make_error(code, f"session {session} was closed", {"dispatched": "no"})


def initialize_params() -> dict[str, Any]:
    """The params of `initialize`: what this client can do."""
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
