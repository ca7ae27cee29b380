"""Transfers by SCP as calls."""

from __future__ import annotations

from ._typing import TYPE_CHECKING, cast
from .calls import Call, nothing, patience_for
from .frames import Payload, bytes_of
from .params import local_path, remote_path, snapshot

if TYPE_CHECKING:
    from typing import Any

    from ._aliases import Buffer, Progress, RemotePath, StrPath
    from ._contract import (
        SessionScpRecvParams,
        SessionScpRecvResultData,
        SessionScpSendfileParams,
        SessionScpSendParams,
    )
    from .rpc import Reply


def read_bytes_call(
    session: int,
    remote: RemotePath,
    timeout: float | None,
    idle_timeout: float | None,
    max_bytes: int | None,
    progress: Progress | None,
) -> Call[bytes]:
    """`session.scpRecv` into memory."""
    params = cast("SessionScpRecvParams", {"session": session, **remote_path("source", remote)})
    if max_bytes is not None:
        params["maxOutput"] = max_bytes
    _add_times(cast("dict[str, Any]", params), timeout, idle_timeout)

    def read(reply: Reply) -> bytes:
        result = cast("SessionScpRecvResultData", reply.result)
        return bytes_of(result["data"], result["encoding"], reply.binary)

    return Call("session.scpRecv", params, read, patience=patience_for(timeout), progress=progress, filename=remote)


def get_call(
    session: int,
    remote: RemotePath,
    local: StrPath,
    timeout: float | None,
    idle_timeout: float | None,
    progress: Progress | None,
) -> Call[int]:
    """`session.scpRecv` into a file."""
    places = {**remote_path("source", remote), "dest": local_path(local)}
    params = cast("SessionScpRecvParams", {"session": session, **places})
    _add_times(cast("dict[str, Any]", params), timeout, idle_timeout)

    def read(reply: Reply) -> int:
        return cast("int", reply.result["bytes"])

    return Call("session.scpRecv", params, read, patience=patience_for(timeout), progress=progress, filename=remote)


def write_bytes_call(
    session: int,
    remote: RemotePath,
    data: Buffer,
    mode: int | None,
    timeout: float | None,
    idle_timeout: float | None,
    progress: Progress | None,
) -> Call[None]:
    """`session.scpSend`."""
    params = cast("SessionScpSendParams", {"session": session, **remote_path("dest", remote)})
    if mode is not None:
        params["mode"] = mode
    _add_times(cast("dict[str, Any]", params), timeout, idle_timeout)
    payload = Payload("data", "encoding", snapshot(data))
    return Call("session.scpSend", params, nothing, payload, patience_for(timeout), progress=progress, filename=remote)


def put_call(
    session: int,
    local: StrPath,
    remote: RemotePath,
    mode: int | None,
    timeout: float | None,
    idle_timeout: float | None,
    progress: Progress | None,
) -> Call[None]:
    """`session.scpSendfile`."""
    places = {"source": local_path(local), **remote_path("dest", remote)}
    params = cast("SessionScpSendfileParams", {"session": session, **places})
    if mode is not None:
        params["mode"] = mode
    _add_times(cast("dict[str, Any]", params), timeout, idle_timeout)
    patience = patience_for(timeout)
    return Call("session.scpSendfile", params, nothing, patience=patience, progress=progress, filename=remote)


def _add_times(params: dict[str, Any], timeout: float | None, idle_timeout: float | None) -> None:
    if timeout is not None:
        params["timeout"] = timeout
    if idle_timeout is not None:
        params["idleTimeout"] = idle_timeout
