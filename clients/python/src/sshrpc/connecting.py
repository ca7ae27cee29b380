"""Makes the call `ssh.new` from the arguments of `connect`."""

from __future__ import annotations

import os

# The module behind `collections.abc`, whose package takes long to load.
from _collections_abc import Mapping

from ._tables import ALGORITHMS, CONNECT_OPTIONS, LISTS, LOCAL_PATHS
from ._typing import TYPE_CHECKING, cast
from .calls import Call, patience_for
from .params import local_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Callable

    from ._contract import SshNewParams, SshNewResult
    from .prompts import Prompt
    from .rpc import Reply

#: The port that IANA has assigned to SSH (RFC 4253 §4.1).
DEFAULT_PORT = 22

SHARED_WITH = "shared= has no say over the daemon of via=, or a Daemon: leave it out"


def connect_call(
    host: str,
    port: int,
    username: str | None,
    password: str | None,
    options: Mapping[str, Any],
    on_prompt: Callable[[Prompt], Any] | None,
    via: int | None,
) -> Call[SshNewResult]:
    """`ssh.new`.

    Raises:
        TypeError: there is no such option.
        ValueError: the host is no address, or names another user or port than the arguments.

    """
    address = split_address(host)
    params: dict[str, Any] = {"host": address.host}
    # With a configuration, what isn't given is left to that. Port 22 can't be told from the
    # default.
    is_configured = bool(options.get("config"))
    if address.port is not None:
        if port not in (DEFAULT_PORT, address.port):
            raise ValueError(f"the host {host!r} says port {address.port}, and port= {port}")
        params["port"] = address.port
    elif port != DEFAULT_PORT or not is_configured:
        params["port"] = port
    if address.username is not None:
        if username not in (None, address.username):
            raise ValueError(f"the host {host!r} says {address.username}, and username= {username}")
        username = address.username
    if username is not None or not is_configured:
        params["username"] = _own_name() if username is None else username
    if password is not None:
        params["password"] = password
    if via is not None:
        params["via"] = via
    # Said for this login alone: other sessions of the same daemon may have an `on_prompt`.
    if on_prompt is None:
        params["prompt"] = False
    for name, given in options.items():
        value: Any = given
        key = _wire_name(CONNECT_OPTIONS, name, "connect()", "option")
        if value is None or (key == "config" and value is False):
            continue
        # With `via`, the socket's path is one on that server, which must stay as it is.
        is_local = key in LOCAL_PATHS and not (key == "socketPath" and via is not None)
        if key in LISTS and isinstance(value, (str, os.PathLike)):
            value = [value]
        if key == "privateKey":
            value = _key_text(value)
        params[key] = _option(value, is_local)

    def read(reply: Reply) -> SshNewResult:
        return cast("SshNewResult", reply.result)

    return Call(
        "ssh.new",
        cast("SshNewParams", params),
        read,
        patience=patience_for(options.get("timeout")),
        on_prompt=on_prompt,
        has_token=on_prompt is not None,
    )


class Address:
    """The parts of `[user@]host[:port]`."""

    __slots__ = ("host", "port", "username")

    def __init__(self, username: str | None, host: str, port: int | None) -> None:
        self.username = username
        self.host = host
        self.port = port


def split_address(text: str) -> Address:
    """Splits `[user@]host[:port]`; an IPv6 address needs brackets only where a port follows.

    Raises:
        TypeError: it is no str.
        ValueError: it is no such address.

    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"host must be str, not {type(text).__name__}")
    user, at, host = text.rpartition("@")
    if at and not user:
        raise ValueError(f"no user before the @ in {text!r}")
    digits = ""
    if host.startswith("["):
        host, bracket, rest = host[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError(f"{text!r} is no address: [host]:port")
        has_port, digits = bool(rest), rest[1:]
    else:
        has_port = host.count(":") == 1
        if has_port:
            host, _, digits = host.partition(":")
    if not has_port:
        return Address(user or None, host, None)
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 65536):
        raise ValueError(f"{digits!r} is no port, in {text!r}")
    return Address(user or None, host, int(digits))


def _own_name() -> str:
    import getpass

    return getpass.getuser()


def _key_text(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        raise TypeError("private_key is a key's text: identity_files takes paths")
    return value.decode("utf-8") if isinstance(value, (bytes, bytearray)) else value


def _option(value: Any, is_local: bool) -> Any:
    if isinstance(value, Mapping):
        lists = cast("Mapping[str, Any]", value)
        return {_wire_name(ALGORITHMS, key, "algorithms", "list"): lists[key] for key in lists}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_option(each, is_local) for each in cast("Iterable[Any]", value)]
    if is_local and isinstance(value, (str, os.PathLike)):
        return local_path(os.path.expanduser(cast("str", value)))
    return os.fspath(cast("os.PathLike[str]", value)) if isinstance(value, os.PathLike) else value


def _wire_name(names: Mapping[str, str], name: str, where: str, what: str) -> str:
    if name not in names:
        raise TypeError(f"{where} has no {what} {name!r}; it has {', '.join(names)}")
    return names[name]
