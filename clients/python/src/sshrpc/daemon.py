"""Starts, uses and ends the daemon, for threads."""

from __future__ import annotations

import os

from ._threads import RLock, SimpleQueue, Thread
from ._typing import TYPE_CHECKING, T, cast
from .calls import Call, free_call, initialize_call, initialize_params, life_call, simple_call
from .closing import Closing
from .errors import DaemonError, SSHError, Timeout, daemon_error
from .events import deadline_of, next_event
from .process import END_TIMEOUT, Link, Process, find_command
from .rpc import Connection, Notice, Question, Reply

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping
    from typing import IO, Any, Callable, Union

    from ._aliases import Command
    from ._contract import DaemonStatusResult
    from .events import Events
    from .frames import Buffers
    from .rpc import Event, ForwardState, SessionState

    #: Messages to write; functions to call in the thread that writes; None for the end.
    Outbox = SimpleQueue[Union[Buffers, Callable[[], None], None]]

__all__ = ["Daemon"]

_READ_SIZE = 1 << 18

#: The daemons that sessions share, by command, and whether it is the daemon that all of the user's
#: programs share. `users_lock` guards this, and the count of users of each.
shared: dict[tuple[tuple[str, ...], bool], Daemon] = {}
_lock = RLock()


def users_lock() -> threading.RLock:
    """The lock that guards `shared`; a forked process has a new one."""
    return _lock


class Daemon(Closing):
    """A daemon of one's own, for as long as the block lasts.

    `connect` starts and ends a daemon by itself. This class is for keeping one between sessions,
    for another program or environment, and for calling the protocol's methods directly.

    Threads may share it. It ends with `close`, with the block, and with the interpreter, however
    that ends. In a process that was forked from its owner every call raises `DaemonError`.

    Args:
        command: The daemon's path, a command line, or a command as a list. By default the first of
            these that there is: the environment variable SSHRPC_DAEMON, `sshrpc` in PATH, the
            repository that this package is in.
        env: The daemon's environment; by default that of this process.
        shared: Use the daemon that all of the user's programs share. It is started if there is
            none, and goes on when this process has ended. The sessions that this process has in it
            are its own, and end with it.

    Raises:
        DaemonError: it wasn't found, didn't start, or isn't a daemon of sshrpc.

    """

    def __init__(
        self,
        command: Command | None = None,
        *,
        env: Mapping[str, str] | None = None,
        shared: bool = False,
    ) -> None:
        self._reach(find_command(command), env, shared)

    @classmethod
    def for_call(
        cls, call: Call[Any], words: tuple[str, ...], shared: bool
    ) -> tuple[Daemon, int, Events]:
        """Starts one that ends with its last user; sends it a call together with `initialize`."""
        daemon = cls.__new__(cls)
        [(id, events)] = daemon._reach(words, None, shared, call)
        daemon._ends_with_users = True
        return daemon, id, events

    def _reach(
        self,
        words: tuple[str, ...],
        env: Mapping[str, str] | None,
        shared: bool,
        *calls: Call[Any],
    ) -> list[tuple[int, Events]]:
        self._users = 0
        self._ends_with_users = False
        if shared:
            from .shared_daemon import connect

            link = connect(os.environ if env is None else env)
            if link is not None:
                try:
                    return self._begin(link, *calls)
                except DaemonError as error:
                    # With a cause, it answered something wrong, or nothing in time. Without one it
                    # has just ended: another one is to be started.
                    if error.__cause__ is not None:
                        raise
            words = (*words, "--attach")
        return self._begin(Process(words, env), *calls)

    def _begin(self, link: Link, *calls: Call[Any]) -> list[tuple[int, Events]]:
        self._closing = False
        self._process = link
        link.end = self.close
        link.on_fork = self._disown
        self._connection = Connection()
        self._outbox: Outbox = SimpleQueue()
        # One thread reads and one writes, so that a call that is interrupted leaves no half
        # message.
        self._stderr_reader = None if link.stderr is None else Thread(self._read_stderr)
        self._writer = Thread(self._write)
        self._reader = Thread(self._read)
        greeting = initialize_call(initialize_params(), link)
        try:
            started = self._send(greeting, *calls)
            # Loaded while the daemon starts, since it will be needed.
            from . import session  # noqa: F401  # pyright: ignore[reportUnusedImport]

            self._greet(greeting, *started.pop(0))
        except BaseException:
            self.close()
            self._writer.join(END_TIMEOUT)
            raise
        return started

    @property
    def pid(self) -> int:
        """Its process id. For a shared daemon it may be that of `sshrpc --attach`; see `status`."""
        return self._process.pid

    def status(self) -> DaemonStatusResult:
        """The daemon's process id and memory, its sessions, and their counters.

        Raises:
            DaemonError: it has ended.

        """
        return cast("DaemonStatusResult", self.request("daemon.status"))

    def request(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Calls any method of the protocol, as one that this package has no function for.

        Args:
            method: Its name in PROTOCOL.md.
            params: Its params by name.

        Returns:
            The result, as JSON is decoded.

        Raises:
            SSHError: the call's error.

        """
        return self.call(simple_call(method, params or {}))

    def close(self) -> None:
        """Ends the daemon with its sessions, and waits for it; it is killed after three seconds.

        Calls that are under way raise `DaemonError`.
        """
        self._close(END_TIMEOUT)

    # What follows is for this package alone.

    def call(self, call: Call[T]) -> T:
        """Makes a call and waits for its value."""
        id, events = self.start(call)
        return self.finish(id, call, events)

    def start(self, call: Call[Any]) -> tuple[int, Events]:
        """Sends a call's request."""
        [started] = self._send(call)
        return started

    def _send(self, *calls: Call[Any]) -> list[tuple[int, Events]]:
        """Sends the requests of calls; several, which may have no payload, in one write."""
        connection = self._connection
        started: list[tuple[int, Events]] = []
        frames: list[Buffers] = []
        for call in calls:
            events: Events = SimpleQueue()
            id = connection.new_id()
            params = call.params_for(id)
            frames.append(connection.request(id, call.method, params, events, call.payload))
            started.append((id, events))
        if len(frames) > 1:
            frames = [[b"".join(buffer for frame in frames for buffer in frame)]]
        self._outbox.put(frames[0])
        return started

    def finish(self, id: int, call: Call[T], events: Events) -> T:
        """Waits for a call's value. If the wait is interrupted, the call is cancelled."""
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
            state.ask(id, LaterQuestions(self._answer, call))
        return value

    def cancel(self, id: int) -> None:
        """Gives up a call; the daemon cancels it, and ends what runs on the remote side."""
        frame = self._connection.cancel(id)
        if frame is not None:
            self._outbox.put(frame)

    def discard(self, id: int) -> None:
        """Throws away a call's output from here on."""
        self._connection.discard(id)

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Sends a notification."""
        self._outbox.put(self._connection.notification(method, params))

    def is_own_thread(self) -> bool:
        """Whether the caller runs in one of the daemon's threads, which must not wait for it."""
        threads = (self._reader, self._writer, self._stderr_reader)
        return any(thread is not None and thread.is_current for thread in threads)

    def session_state(self, session: int) -> SessionState:
        """The state of a session, which the daemon's notifications keep up to date."""
        return self._connection.session_state(session)

    def forward_state(self, forward: int) -> ForwardState:
        """The state of a forward, which the daemon's notifications keep up to date."""
        return self._connection.forward_state(forward)

    def forget_forward(self, forward: int) -> None:
        """Ignores notifications about it from here on."""
        self._connection.forget_forward(forward)

    @property
    def error(self) -> SSHError | None:
        """Why it can't be used any more; None while it can."""
        return self._connection.error

    def retain(self) -> Daemon:
        """Counts one more user."""
        with users_lock():
            self._users += 1
        return self

    def release(self) -> None:
        """Counts one user less. A daemon that sessions share ends with its last user."""
        self._release(END_TIMEOUT)

    def end_session(self, session: int) -> None:
        """Frees a session and counts one user less; with the last one it ends the daemon."""
        patience = END_TIMEOUT
        # Not if calls still run: their error is to be that the session was closed, not the daemon.
        if self._connection.is_idle and self._lose_last_user():
            self._close(patience)
            return
        try:
            self.call(free_call(session))
        except DaemonError:
            pass  # The daemon has ended, and so has this.
        except Timeout:
            patience = 0.0
        finally:
            self._release(patience)

    def release_session(self, session: int) -> None:
        """Frees a session that is collected as garbage. It never blocks, and takes no lock."""
        if self._closing:
            return
        self.notify("session.free", {"session": session})
        self._outbox.put(lambda: self._release(None))

    def has_died(self) -> bool:
        """Whether it has ended, even if that hasn't been noticed by reading yet."""
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
            is_last = self._lose_last_user()
            if not is_last:
                self._users -= 1
        if is_last:
            self._close(patience)

    def _lose_last_user(self) -> bool:
        """Whether there was only one user left: then it is counted off, and no other can come."""
        if not self._process.is_ours:
            return False
        with users_lock():
            if not self._ends_with_users or self._users != 1:
                return False
            self._users = 0
            for key in [key for key, daemon in shared.items() if daemon is self]:
                del shared[key]
        return True

    def _answer(self, call: Call[Any], question: Question) -> None:
        try:
            self._handle(call, question)
        except BaseException:
            self._outbox.put(self._connection.answer(question.id, None))
            raise

    def _handle(self, call: Call[Any], event: Event) -> None:
        if isinstance(event, Notice):
            if event.method == "$/progress" and call.progress is not None:
                call.progress(*call.read_progress(event))
        elif isinstance(event, Question) and call.on_prompt is not None:
            from .prompts import answer_of, prompt_of

            prompt = prompt_of(event.params)
            answer = answer_of(prompt, call.on_prompt(prompt))
            self._outbox.put(self._connection.answer(event.id, answer))

    def _greet(self, greeting: Call[Any], id: int, events: Events) -> None:
        """Reads the reply to `initialize`."""
        try:
            self._connection.agree(self.finish(id, greeting, events))
        except DaemonError as error:
            # At most a login has been requested, which ends with the daemon: a retry is safe.
            raise daemon_error(error.message, "no") from None
        except SSHError as error:
            raise daemon_error(f"this is no sshrpc daemon: {error}", "no") from error

    def _close(self, patience: float | None) -> None:
        """Ends the daemon, and kills it after `patience` seconds; with None it doesn't wait."""
        if not self._process.is_ours:
            return
        if not self._closing:
            self._closing = True
            self._connection.fail(daemon_error("the daemon was closed", "maybe"))
            self.notify("exit", {})
            self._outbox.put(None)
        if patience is not None:
            self._reader.join(patience)
            if self._process.wait(0) is None:
                self._process.kill()
                self._process.wait(END_TIMEOUT)

    def _disown(self, error: DaemonError) -> None:
        self._connection.error = error

    def _read(self) -> None:
        descriptor = self._process.stdout.fileno()
        try:
            data = _read_some(descriptor)
            while data:
                for frame in self._connection.receive(data):
                    self._outbox.put(frame)
                data = _read_some(descriptor)
        except SSHError as error:
            self._connection.fail(error)
            self._process.kill()
        except BaseException as error:
            self._connection.fail(daemon_error(f"a fault of this client: {error!r}", "maybe"))
            self._process.kill()
            raise
        finally:
            if self._stderr_reader is not None:
                self._stderr_reader.join(0.2)
            how = self._process.describe_end(END_TIMEOUT if self._closing else 1.0)
            self._connection.fail(daemon_error(how, "maybe"))
            # Ends the thread that writes.
            self._outbox.put(None)
            self._process.stdout.close()

    def _write(self) -> None:
        descriptor = self._process.stdin.fileno()
        while True:
            item = self._outbox.get()
            if item is None:
                break
            if callable(item):
                item()
                continue
            try:
                for buffer in item:
                    view = memoryview(buffer)
                    while len(view) > 0:
                        view = view[os.write(descriptor, view) :]
            except OSError:
                # It doesn't read any more. Those who wait get an error by its end.
                if not self._closing:
                    self._process.kill()
                break
            # Not kept in memory until the next item comes: it may be large.
            del item
        self._process.stdin.close()

    def _read_stderr(self) -> None:
        stderr = cast("IO[bytes]", self._process.stderr)
        descriptor = stderr.fileno()
        try:
            data = os.read(descriptor, _READ_SIZE)
            while data:
                self._process.tail.feed(data)
                data = os.read(descriptor, _READ_SIZE)
        except OSError:
            pass
        finally:
            stderr.close()


class LaterQuestions:
    """Receives questions when a session is connected to again, and answers each in a thread."""

    def __init__(self, answer: Callable[[Call[Any], Question], None], call: Call[Any]) -> None:
        self._answer = answer
        self._call = call

    def put(self, item: Event) -> None:
        """Takes an event, as any mailbox. The daemon ignores an answer that comes too late."""
        if not isinstance(item, Question):
            return
        question = item

        def ask() -> None:
            self._answer(self._call, question)

        Thread(ask)


def _read_some(descriptor: int) -> bytes:
    """Reads what there is; nothing at the end, or after an error, which counts as the end."""
    try:
        return os.read(descriptor, _READ_SIZE)
    except OSError:
        return b""


def _after_fork() -> None:
    global _lock
    _lock = RLock()
    shared.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
