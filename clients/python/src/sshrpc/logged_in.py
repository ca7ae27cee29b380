"""What a login has told of the session."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .results import HostKey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ._contract import SshNewResult


class LoggedIn:
    """A session, as far as it stands with its login."""

    def __init__(self, params: Mapping[str, Any], result: SshNewResult) -> None:
        self.host: str = params["host"]
        self.port: int = result["port"]
        self.username: str = result["username"]
        self.handle = result["session"]
        self.server_ident = result["serverIdent"]
        key = result["hostKey"]
        self.host_key = HostKey(key["type"], key["fingerprint"], key["status"])
        self.auth_method = result["authMethod"]
        self.ignored: tuple[str, ...] = tuple(result.get("ignored", ()))
