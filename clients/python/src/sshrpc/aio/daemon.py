"""Starts, uses and ends the daemon, for asyncio."""

from __future__ import annotations

import asyncio
import inspect
import os
from contextlib import suppress

from .._typing import TYPE_CHECKING, T, cast
from ..calls import Call, free_call, initialize_call, initialize_params, life_call, simple_call
from ..errors import DaemonError, SSHError, Timeout, daemon_error
from ..events import stuck
from ..process import END_TIMEOUT, Process, find_command
from ..rpc import Connection, Question, Reply, Withdrawn
from .events import Events
from .pipes import Reader, Writer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any

    from .._aliases import Command
    from .._contract import DaemonStatusResult
    from ..frames import Buffers
    from ..process import Link
    from ..rpc import Event, ForwardState, SessionState

__all__ = ["Daemon"]

#: The daemons that sessions share, by event loop, command, and whether it is the daemon that all of
#: the user's programs share.
shared: dict[tuple[asyncio.AbstractEventLoop, tuple[str, ...], bool], Daemon] = {}


class Daemon:
    """A daemon of one's own, for as long as the block lasts: `async with Daemon() as daemon:`.

    `connect` starts and ends a daemon by itself. This class is for keeping one between sessions,
    for another program or environment, and for calling the protocol's methods directly.

    All tasks that use it must run in one event loop. It ends with `close`, with the block, and with
    the interpreter, however that ends. In a process that was forked from its owner every call
    raises `DaemonError`.

    Args:
        command: As of `sshrpc.Daemon`.
        env: As of `sshrpc.Daemon`.
        shared: As of `sshrpc.Daemon`.

    """

    def __init__(
        self,
        command: Command | None = None,
        *,
        env: Mapping[str, str] | None = None,
        shared: bool = False,
    ) -> None:
        self._command = command
        self._env = env
        self._is_shared = shared
        self._users = 0
        self._ends_with_users = False
        self._closing = False
        self._connection = Connection()
        self._start: asyncio.Task[None] | None = None
        self._asking: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Starts it, if that hasn't been done; `connect` and the `async with` block do it, too.

        Raises:
            DaemonError: it wasn't found, didn't start, or isn't a daemon of sshrpc.

        """
        if self._start is None:
            self._start = asyncio.ensure_future(self._do_start())
            self._start.add_done_callback(_retrieve)
        # Other tasks may wait for the start, too: to cancel this one must not cancel it.
        await asyncio.shield(self._start)

    @property
    def pid(self) -> int:
        """Its process id. For a shared daemon it may be that of `sshrpc --attach`; see `status`."""
        return self._process.pid

    async def status(self) -> DaemonStatusResult:
        """The daemon's process id and memory, its sessions, and their counters.

        Raises:
            DaemonError: it has ended.

        """
        return cast("DaemonStatusResult", await self.request("daemon.status"))

    async def request(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Calls any method of the protocol, as one that this package has no function for.

        Args:
            method: Its name in PROTOCOL.md.
            params: Its params by name.

        Returns:
            The result, as JSON is decoded.

        Raises:
            SSHError: the call's error.

        """
        await self.start()
        return await self.call(simple_call(method, params or {}))

    async def close(self) -> None:
        """Ends the daemon with its sessions, and waits for it; it is killed after three seconds.

        Calls that are under way raise `DaemonError`.
        """
        await self._end(END_TIMEOUT)

    async def __aenter__(self) -> Daemon:
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    # What follows is for this package alone.

    async def call(self, call: Call[T]) -> T:
        """Makes a call and waits for its value."""
        id, events = self.begin(call)
        return await self.finish(id, call, events)

    def begin(self, call: Call[Any]) -> tuple[int, Events]:
        """Sends a call's request."""
        events = Events(self._loop)
        connection = self._connection
        id = connection.new_id()
        self._write(connection.request(id, call.method, call.params_for(id), events, call.payload))
        return id, events

    async def finish(self, id: int, call: Call[T], events: Events) -> T:
        """Waits for a call's value. If the wait is interrupted, the call is cancelled."""
        timer = self.watch(call, events)
        asking: dict[int | str, asyncio.Task[None]] = {}
        try:
            event = await events.get()
            while not isinstance(event, Reply):
                if isinstance(event, Question):
                    asking[event.id] = self._ask(call, event, events)
                elif isinstance(event, Withdrawn):
                    asking[event.id].cancel()
                elif event.method == "$/progress" and call.progress is not None:
                    told = call.progress(*call.read_progress(event))
                    if inspect.isawaitable(told):
                        await told
                event = await events.get()
        except BaseException:
            self.cancel(id)
            raise
        finally:
            if timer is not None:
                timer.cancel()
            for task in asking.values():
                task.cancel()
        value = call.finish(event)
        if call.asks_again:
            state = self.session_state(event.result["session"])
            state.ask(id, LaterQuestions(self, call))
        return value

    def watch(self, call: Call[Any], events: Events) -> asyncio.TimerHandle | None:
        """Sets a timer that ends a call if the daemon is stuck; None if the call has no limit."""
        if call.patience is None:
            return None
        return self._loop.call_later(call.patience, lambda: events.put(stuck()))

    def cancel(self, id: int) -> None:
        """Gives up a call; the daemon cancels it, and ends what runs on the remote side."""
        frame = self._connection.cancel(id)
        if frame is not None:
            self._write(frame)

    def discard(self, id: int) -> None:
        """Throws away a call's output from here on."""
        self._connection.discard(id)

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Sends a notification."""
        self._write(self._connection.notification(method, params))

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
    def is_usable(self) -> bool:
        """Whether it has neither ended nor failed to start."""
        return self._connection.error is None

    @property
    def is_started(self) -> bool:
        """Whether its start isn't still under way."""
        return self._start is not None and self._start.done()

    def retain(self) -> Daemon:
        """Counts one more user."""
        self._users += 1
        return self

    def end_with_users(self) -> Daemon:
        """Makes it end with its last user."""
        self._ends_with_users = True
        return self

    async def release(self) -> None:
        """Counts one user less. A daemon that sessions share ends with its last user."""
        await self._release(END_TIMEOUT)

    async def end_session(self, session: int) -> None:
        """Frees a session, and counts one user less."""
        patience = END_TIMEOUT
        try:
            await self.call(free_call(session))
        except DaemonError:
            pass  # The daemon has ended, and so has this.
        except Timeout:
            patience = 0.0
        finally:
            await self._release(patience)

    async def has_died(self) -> bool:
        """Whether it has ended, even if that hasn't been noticed by reading yet."""
        try:
            await self.call(life_call())
        except DaemonError:
            return True
        except SSHError:
            pass
        return False

    def release_session(self, session: int) -> None:
        """Frees a session that is collected as garbage; for any thread."""
        if self._closing or self._loop.is_closed():
            return
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._release_session, session)

    def cancel_later(self, id: int) -> None:
        """Cancels the call of a stream that is collected as garbage; for any thread."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.cancel, id)

    async def _release(self, patience: float) -> None:
        self._users -= 1
        if self._ends_with_users and self._users == 0:
            self._unshare()
            await self._end(patience)

    def _release_session(self, session: int) -> None:
        self.notify("session.free", {"session": session})
        self._users -= 1
        if self._ends_with_users and self._users == 0:
            self._unshare()
            self._close()

    def _unshare(self) -> None:
        for key in [key for key, daemon in shared.items() if daemon is self]:
            del shared[key]

    def _ask(self, call: Call[Any], question: Question, events: Events) -> asyncio.Task[None]:
        async def ask() -> None:
            try:
                await self._answer(call, question)
            except Exception as error:
                events.put(error)

        return self._loop.create_task(ask())

    def answer_later(self, call: Call[Any], question: Question) -> asyncio.Task[None]:
        """Answers a question that comes when the call is over (when reconnecting)."""

        async def ask() -> None:
            try:
                await self._answer(call, question)
            except Exception as error:
                self._write(self._connection.answer(question.id, None))
                message = "on_prompt failed"
                self._loop.call_exception_handler({"message": message, "exception": error})

        return self._loop.create_task(ask())

    async def _answer(self, call: Call[Any], question: Question) -> None:
        from ..prompts import answer_of, prompt_of

        prompt = prompt_of(question.params)
        answer = call.on_prompt(prompt) if call.on_prompt is not None else None
        if inspect.isawaitable(answer):
            answer = await answer
        result = answer_of(prompt, cast("Any", answer))
        self._write(self._connection.answer(question.id, result))

    async def _do_start(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            words = find_command(self._command)
            if self._is_shared:
                if await self._begin_by_socket():
                    return
                words = (*words, "--attach")
            await self._begin(Process(words, self._env))
        except SSHError as error:
            self._connection.fail(error)
            raise

    async def _begin_by_socket(self) -> bool:
        """Connects to the user's shared daemon by its socket; returns whether there was one."""
        from ..shared_daemon import connect

        link = connect(os.environ if self._env is None else self._env)
        if link is None:
            return False
        try:
            await self._begin(link)
        except DaemonError as error:
            # With a cause, it answered something wrong, or nothing in time. Without one it has just
            # ended: another one is to be started.
            if error.__cause__ is not None:
                raise
            self._connection = Connection()
            return False
        return True

    async def _begin(self, link: Link) -> None:
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._process = link
        link.on_fork = self._disown
        self._writer = Writer(self._loop, link)
        try:
            if link.stderr is not None:
                Reader(self._loop, link.stderr, link.tail.feed)
            Reader(self._loop, link.stdout, self._receive, self._has_ended)
            await self._initialize()
        except BaseException:
            link.kill()
            self._connection.fail(daemon_error("the daemon was not started", "no"))
            self._writer.abort()
            raise

    async def _initialize(self) -> None:
        call = initialize_call(initialize_params(), self._process)
        try:
            self._connection.agree(await self.call(call))
        except DaemonError as error:
            # No other request has been sent yet, so that a retry is safe.
            raise daemon_error(error.message, "no") from None
        except SSHError as error:
            raise daemon_error(f"this is no sshrpc daemon: {error}", "no") from error

    async def _end(self, patience: float) -> None:
        self._close()
        if self._start is None:
            return
        with suppress(BaseException):
            if not self._start.done():
                self._start.cancel()
                await self._start
        if not hasattr(self, "_process") or not self._process.is_ours:
            return
        await asyncio.wait([self._ended], timeout=patience)
        # The end of its output comes with its own end: the rest takes no time.
        if not self._ended.done() or self._process.wait(0.5) is None:
            self._process.kill()
            await asyncio.wait([self._ended], timeout=END_TIMEOUT)
            self._process.wait(0.5)

    def _close(self) -> None:
        if self._closing:
            return
        self._closing = True
        self._connection.fail(daemon_error("the daemon was closed", "maybe"))
        if hasattr(self, "_writer") and self._process.is_ours:
            self.notify("exit", {})
            self._writer.close()

    def _write(self, frame: Buffers) -> None:
        self._writer.write(frame)

    def _receive(self, data: bytes) -> None:
        try:
            for frame in self._connection.receive(data):
                self._write(frame)
        except SSHError as error:
            self._connection.fail(error)
            self._process.kill()

    def _has_ended(self) -> None:
        process = self._process
        # The end of its output means that it ends, too, within the time that the kernel takes.
        if process.stderr is not None:
            with suppress(OSError, ValueError):
                os.set_blocking(process.stderr.fileno(), False)
                process.tail.feed(process.stderr.read() or b"")
        self._connection.fail(daemon_error(process.describe_end(0.2), "maybe"))
        if not self._ended.done():
            self._ended.set_result(None)
        self._writer.abort()

    def _disown(self, error: DaemonError) -> None:
        self._connection.error = error


class LaterQuestions:
    """Receives questions when a session is connected to again, and answers each in a task."""

    def __init__(self, daemon: Daemon, call: Call[Any]) -> None:
        self._daemon = daemon
        self._call = call
        self._asking: dict[int | str, asyncio.Task[None]] = {}

    def put(self, item: Event) -> None:
        """Takes an event, as any mailbox."""
        if isinstance(item, Question):
            task = self._daemon.answer_later(self._call, item)
            id = item.id
            self._asking[id] = task
            task.add_done_callback(lambda _: self._asking.pop(id, None))
        elif isinstance(item, Withdrawn) and item.id in self._asking:
            self._asking[item.id].cancel()


def _retrieve(task: asyncio.Task[None]) -> None:
    """Reads the task's exception, so that asyncio doesn't report it as never retrieved."""
    if not task.cancelled():
        task.exception()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=shared.clear)
