"""Tunnels over a session, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .errors import DaemonError
from .forward_calls import Listening, close_call

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from .daemon import Daemon

__all__ = ["Forward"]


class Forward(Listening):
    """A tunnel that listens, from `forward_local` and its like, until it or its session is closed.

    Attributes:
        handle: Its number in the daemon.
        host: The address at which it listens; None for a Unix socket.
        port: The port at which it listens; None for a Unix socket.
        path: The Unix socket at which it listens; None for a port.

    """

    def __init__(self, daemon: Daemon, result: Any) -> None:
        super().__init__(result, daemon.forward_state(result["forward"]))
        self._daemon = daemon

    def close(self, *, abort: bool = False) -> None:
        """Ends the listening; a second call does nothing.

        Args:
            abort: Reset its connections, too; by default they run to their end.

        """
        try:
            self._daemon.call(close_call(self.handle, abort))
        except DaemonError:
            pass  # The daemon has ended, and so has this.
        finally:
            self._daemon.forget_forward(self.handle)

    def __enter__(self) -> Forward:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close(abort=error is not None)
