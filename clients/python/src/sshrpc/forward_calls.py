"""Tunnels as calls. No I/O: threads and asyncio have them in common."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, cast
from .calls import Call, nothing, patience_for
from .params import local_path

if TYPE_CHECKING:
    from typing import Any

    from ._aliases import Address
    from ._contract import ForwardLocalResult
    from .rpc import ForwardState


def place_of(address: Address, is_local: bool) -> dict[str, Any]:
    """An address as the wire has it.

    Raises:
        TypeError: it is none.

    """
    if isinstance(address, str):
        return {"path": local_path(address) if is_local else address}
    if isinstance(address, int) and not isinstance(address, bool):
        return {"port": address}
    if isinstance(address, tuple) and len(address) == 2:  # pyright: ignore[reportUnnecessaryIsInstance]
        return {"host": address[0], "port": address[1]}
    raise TypeError(f"an address is a port, (host, port) or a socket's path, not {address!r}")


def forward_call(
    session: int,
    kind: str,
    bind: Address,
    to: Address | None,
    timeout: float | None,
) -> Call[ForwardLocalResult]:
    """`forward.local`, `forward.remote`, `forward.dynamic`."""
    is_remote = kind == "remote"
    params: dict[str, Any] = {"session": session, "bind": place_of(bind, not is_remote)}
    if to is not None:
        params["to"] = place_of(to, is_remote)
    if timeout is not None:
        params["timeout"] = timeout
    return Call(
        f"forward.{kind}",
        params,
        lambda reply: cast("ForwardLocalResult", reply.result),
        patience=patience_for(timeout),
    )


def close_call(forward: int, abort: bool) -> Call[None]:
    """`forward.close`."""
    return Call("forward.close", {"forward": forward, "abort": abort}, nothing)


class Listening:
    """What is known of a tunnel that listens."""

    def __init__(self, result: ForwardLocalResult, state: ForwardState) -> None:
        found = cast("dict[str, Any]", result)
        self.handle: int = found["forward"]
        self.host: str | None = found.get("host")
        self.port: int = cast("int", found.get("port"))
        self.path: str | None = found.get("path")
        self._state = state

    @property
    def closed(self) -> str | None:
        """Why it has ended by itself; None if it hasn't."""
        return self._state.closed

    @property
    def failures(self) -> tuple[str, ...]:
        """The reasons of the latest connections, at most 100, that couldn't be made."""
        return tuple(self._state.failures)

    def __repr__(self) -> str:
        where = self.path if self.path is not None else f"{self.host}:{self.port}"
        return f"<{type(self).__module__.rpartition('.')[0]}.Forward {where}>"
