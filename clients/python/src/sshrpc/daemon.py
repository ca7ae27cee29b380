"""The daemon for threads: started and ended."""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue

from ._typing import TYPE_CHECKING, T, cast
from .calls import Call, free_call, initialize_call, initialize_params, life_call, simple_call
from .errors import DaemonError, SSHError, Timeout, daemon_error
from .events import deadline_of, next_event
from .pipes import Pipes
from .process import END_TIMEOUT, Link, Process, find_command
from .messages import Notice, Question, Reply
from .rpc import Connection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any

    from ._aliases import Command
    from ._contract import DaemonStatusResult
    from .events import Events
    from .messages import Event
    from .states import ForwardState, SessionState

__all__ = ["Daemon"]

#: Daemons that sessions share, by their command and whether they are the user's shared one; under
#: `users_lock`, as each one's count of users.
shared: dict[tuple[tuple[str, ...], bool], Daemon] = {}
_lock = threading.RLock()


def users_lock() -> threading.RLock:
    """The lock: in a forked process it is another one."""
    return _lock


class Daemon:
    """A daemon of one's own, for as long as the block lasts.

    `connect` starts and ends one by itself; this is for keeping one between sessions, for another
    program or environment, and for the protocol's own methods.

    Threads may share it. It ends with `close`, with the block, and with the interpreter, however
    that ends. In a process that was forked from its owner every call raises `DaemonError`.

    Args:
        command: The daemon's path, command line, or command as a list. Without it: the environment
            variable SSHRPC_DAEMON, `sshrpc` in PATH, the repository.
        env: Its environment, instead of ours.
        shared: Whether it is the daemon that the user's programs share, which is started where
            there is none, and outlives us. What we have of it is ours alone, and ends with us.

    Raises:
        DaemonError: it wasn't found, didn't start, or isn't a daemon of ours.

    """

    def __init__(
        self,
        command: Command | None = None,
        *,
        env: Mapping[str, str] | None = None,
        shared: bool = False,
    ) -> None:
        self._users = 0
        self._ends_with_users = False
        words = find_command(command)
        if not shared:
            self._begin(Process(words, env))
            return
        from .shared_daemon import SharedLink, ways

        for link in ways(words, env):
            try:
                self._begin(link)
                break
            except DaemonError as error:
                # It ended just now, unless it said something, or nothing for too long.
                if not isinstance(link, SharedLink) or error.__cause__ is not None:
                    raise

    def _begin(self, link: Link) -> None:
        self._process = link
        link.end = self.close
        link.on_fork = self._disown
        self._connection = Connection()
        self._pipes = Pipes(link, self._connection)
        try:
            self._initialize()
        except BaseException:
            self.close()
            self._pipes.join_writer(END_TIMEOUT)
            raise

    @property
    def pid(self) -> int:
        """Its process id; for a shared one that we have started, that of `sshrpc --attach`."""
        return self._process.pid

    def status(self) -> DaemonStatusResult:
        """What it holds at the moment: its memory, its sessions and their counters.

        Raises:
            DaemonError: it has ended.

        """
        return cast("DaemonStatusResult", self.request("daemon.status"))

    def request(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Calls a method of the protocol that this package has no other name for.

        Args:
            method: As in PROTOCOL.md.
            params: By name.

        Returns:
            The result as JSON has it.

        Raises:
            SSHError: the error that it was answered with.

        """
        return self.call(simple_call(method, params or {}))

    def close(self) -> None:
        """Ends it, its sessions with it, and waits for that, three seconds before it is killed.

        Calls under way get `DaemonError`.
        """
        self._close(END_TIMEOUT)

    def __enter__(self) -> Daemon:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    # What sessions need of it; not for others.

    def call(self, call: Call[T]) -> T:
        """Makes a call and waits for its value."""
        id, events = self.start(call)
        return self.finish(id, call, events)

    def start(self, call: Call[Any]) -> tuple[int, Events]:
        """Sends a call's request."""
        events: Events = SimpleQueue()
        connection = self._connection
        id = connection.new_id()
        self._pipes.put(
            connection.request(id, call.method, call.params_for(id), events, call.payload)
        )
        return id, events

    def finish(self, id: int, call: Call[T], events: Events) -> T:
        """Waits for a call's value; if that is interrupted in any way, the call is cancelled."""
        try:
            deadline = deadline_of(call)
            event = next_event(events, deadline)
            while not isinstance(event, Reply):
                self._handle(call, event)
                event = next_event(events, deadline)
        except BaseException:
            self.cancel(id)
            raise
        value = call.finish(event)
        if call.asks_again:
            state = self.session_state(event.result["session"])
            from .later_questions import LaterQuestions

            state.ask(id, LaterQuestions(self._answer, call))
        return value

    def cancel(self, id: int) -> None:
        """Gives a call up and tells the daemon, which signals what runs on the remote side."""
        frame = self._connection.cancel(id)
        if frame is not None:
            self._pipes.put(frame)

    def discard(self, id: int) -> None:
        """Has a call's output dropped from here on."""
        self._connection.discard(id)

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Sends what nobody answers."""
        self._pipes.put(self._connection.notification(method, params))

    def is_own_thread(self) -> bool:
        """Whether this is a thread of the daemon's, in which nobody may wait for it."""
        return self._pipes.are_of_this_thread()

    def session_state(self, session: int) -> SessionState:
        """What is told of a session."""
        return self._connection.session_state(session)

    def forward_state(self, forward: int) -> ForwardState:
        """What is told of a forward."""
        return self._connection.forward_state(forward)

    def forget_forward(self, forward: int) -> None:
        """Takes no more of what is told of it."""
        self._connection.forget_forward(forward)

    @property
    def error(self) -> SSHError | None:
        """Why it can't be used any more."""
        return self._connection.error

    def retain(self) -> Daemon:
        """Counts one more user."""
        with users_lock():
            self._users += 1
        return self

    def end_with_users(self) -> Daemon:
        """Has it end when its last user is gone."""
        self._ends_with_users = True
        return self

    def release(self) -> None:
        """Counts one less; the last one of a shared daemon ends it."""
        self._release(END_TIMEOUT)

    def end_session(self, session: int) -> None:
        """Frees a session, whose user is one less."""
        patience = END_TIMEOUT
        try:
            self.call(free_call(session))
        except DaemonError:
            pass  # It has gone with the daemon.
        except Timeout:
            patience = 0.0
        finally:
            self._release(patience)

    def release_session(self, session: int) -> None:
        """For a session that is collected as garbage: never blocks, nor takes a lock."""
        if self._pipes.is_closing:
            return
        self.notify("session.free", {"session": session})
        self._pipes.put(lambda: self._release(None))

    def has_died(self) -> bool:
        """Whether it has ended, even where its end hasn't been heard of yet."""
        try:
            self.call(life_call())
        except DaemonError:
            return True
        except SSHError:
            pass
        return False

    def _release(self, patience: float | None) -> None:
        if not self._process.is_ours:
            return
        with users_lock():
            self._users -= 1
            is_last = self._ends_with_users and self._users == 0
            if is_last:
                for key in [key for key, daemon in shared.items() if daemon is self]:
                    del shared[key]
        if is_last:
            self._close(patience)

    def _answer(self, call: Call[Any], question: Question) -> None:
        try:
            self._handle(call, question)
        except BaseException:
            self._pipes.put(self._connection.answer(question.id, None))
            raise

    def _handle(self, call: Call[Any], event: Event) -> None:
        if isinstance(event, Notice):
            if event.method == "$/progress" and call.progress is not None:
                call.progress(*call.read_progress(event))
        elif isinstance(event, Question) and call.on_prompt is not None:
            from .prompts import answer_of, prompt_of

            prompt = prompt_of(event.params)
            answer = answer_of(prompt, call.on_prompt(prompt))
            self._pipes.put(self._connection.answer(event.id, answer))

    def _initialize(self) -> None:
        call = initialize_call(initialize_params(), self._process)
        try:
            id, events = self.start(call)
            # What will be needed is loaded while the daemon starts.
            from . import session  # noqa: F401  # pyright: ignore[reportUnusedImport]

            self._connection.agree(self.finish(id, call, events))
        except DaemonError as error:
            # It was asked for nothing yet.
            raise daemon_error(error.message, "no") from None
        except SSHError as error:
            raise daemon_error(f"this is no sshrpc daemon: {error}", "no") from error

    def _close(self, patience: float | None) -> None:
        """Ends it, in so many seconds; None is for who doesn't wait."""
        if not self._process.is_ours:
            return
        if not self._pipes.is_closing:
            self._pipes.is_closing = True
            self._connection.fail(daemon_error("the daemon was closed", "maybe"))
            self.notify("exit", {})
            self._pipes.put(None)
        if patience is not None:
            self._pipes.join_reader(patience)
            if self._process.wait(0) is None:
                self._process.kill()
                self._process.wait(END_TIMEOUT)

    def _disown(self, error: DaemonError) -> None:
        self._connection.error = error

def _after_fork() -> None:
    global _lock
    _lock = threading.RLock()
    shared.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
