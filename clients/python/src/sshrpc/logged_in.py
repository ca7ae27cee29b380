"""What is known of a session by its login."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .results import host_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ._contract import SshNewResult
    from .rpc import SessionState


class LoggedIn:
    """A session, as far as it stands with its login."""

    def __init__(
        self, params: Mapping[str, Any], result: SshNewResult, state: SessionState
    ) -> None:
        self._state = state
        self.host: str = params["host"]
        self.port: int = result["port"]
        self.username: str = result["username"]
        self.handle = result["session"]
        self.server_ident = result["serverIdent"]
        self.host_key = host_key(result["hostKey"])
        self.auth_method = result["authMethod"]
        self.kex = result["kex"]
        self.cipher = result["cipher"]
        self.mac = result["mac"]
        self.post_quantum = result["postQuantum"]
        self.warnings: tuple[str, ...] = tuple(result.get("warnings", ()))
        self.ignored: tuple[str, ...] = tuple(result.get("ignored", ()))

    @property
    def state(self) -> str:
        """`"open"`; `"lost"` while it reconnects (`reconnect=`); `"closed"` when lost for good."""
        return self._state.name

    @property
    def state_reason(self) -> str | None:
        """Why it isn't open; None if it is."""
        return self._state.reason
