"""A connection to the daemon without any I/O: who waits for which reply.

Threads and asyncio have this in common.
"""

from __future__ import annotations

import itertools
from collections import deque

from ._typing import TYPE_CHECKING, cast
from .errors import Cancelled, InvalidParams, SSHError, copied
from .frames import NO_BYTES, Decoder, Frame, Payload, ProtocolError, encode, nonsense
from .messages import Notice, Question, Reply, Withdrawn
from .states import ForwardState, SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .frames import Buffers
    from .messages import Mailbox


class Connection:
    """The state of a connection to the daemon: requests in flight, and what was agreed.

    It never does I/O: what is to be written is returned, and what was read is given to it. A call
    has its request's id for a token too, so that all that belongs to it finds its mailbox.
    """

    def __init__(self) -> None:
        #: Whether binary frames were granted.
        self.binary = False
        #: The longest message that the daemon takes, in bytes.
        self.max_message_bytes = 256 * 1024 * 1024
        #: Why there is no connection any more.
        self.error: SSHError | None = None
        self._decoder = Decoder()
        self._ids = itertools.count(1)
        self._calls: dict[int, Mailbox] = {}
        self._asked: dict[int | str, Mailbox] = {}
        self._discarding: set[int] = set()
        #: Those that take questions. Programs don't: nobody may be reading their output.
        self._logins: set[int] = set()
        self._outgoing: deque[Buffers] = deque()
        #: The forwards that there are, by their handles.
        self._forwards: dict[int, ForwardState] = {}
        #: The sessions, likewise.
        self._sessions: dict[int, SessionState] = {}

    def agree(self, result: Any) -> None:
        """Takes what the daemon says of itself: the result of `initialize`.

        Raises:
            ProtocolError: it is another program's.

        """
        try:
            self.binary = bool(result["capabilities"]["binaryFrames"])
            self.max_message_bytes = int(result["limits"]["maxMessageBytes"])
        except (KeyError, TypeError, ValueError):
            raise nonsense("what is no result of initialize", repr(result).encode()) from None

    def new_id(self) -> int:
        """An id for a request, and token for its notifications."""
        return next(self._ids)

    def request(
        self,
        id: int,
        method: str,
        params: Mapping[str, Any],
        mailbox: Mailbox,
        payload: Payload | None = None,
    ) -> Buffers:
        """Begins a request; its events will come to `mailbox`, a `Reply` or the failure last.

        Args:
            id: From `new_id`.
            method: Its method.
            params: Its params by name.
            mailbox: Where its events go.
            payload: Bytes that go with its params.

        Raises:
            InvalidParams: the params are no JSON, or the message is longer than the daemon takes.
            DaemonError: there is no connection any more.

        """
        frame = encode({"id": id, "method": method, "params": params}, payload, self.binary)
        size = sum(map(len, frame))
        if size > self.max_message_bytes:
            raise InvalidParams(
                f"{size} bytes are more than one message takes ({self.max_message_bytes}):"
                " `put` sends files of any size, a stream's `write` any input",
                data={"dispatched": "no"},
            )
        self._calls[id] = mailbox
        if method == "ssh.new":
            self._logins.add(id)
        elif method == "session.free":
            self._sessions.pop(params["session"], None)
        # After the mailbox is there: either `fail` sees it or we see the error.
        if self.error is not None:
            self._forget(id)
            raise type(self.error)(self.error.message, data={**self.error.data, "dispatched": "no"})
        return frame

    def notification(self, method: str, params: Mapping[str, Any]) -> Buffers:
        """A message that nobody answers."""
        if method == "session.free":
            self._sessions.pop(params["session"], None)
        return encode({"method": method, "params": params})

    def answer(self, id: int | str, result: Any) -> Buffers:
        """The answer to a `Question`."""
        self._asked.pop(id, None)
        return encode({"id": id, "result": result})

    def cancel(self, id: int) -> Buffers | None:
        """Gives a call up: `Cancelled` comes to its mailbox, for whoever waits there, and no more.

        Returns:
            What tells the daemon; None where the call has been answered already.

        """
        # Whoever takes it out answers it, be it this, the daemon's reply or `fail`: once.
        mailbox = self._forget(id)
        if mailbox is None:
            return None
        error = Cancelled("the call was cancelled", data={"dispatched": "maybe"})
        mailbox.put(Reply(None, error, NO_BYTES))
        return self.notification("$/cancelRequest", {"id": id})

    def discard(self, id: int) -> None:
        """Drops a call's output from here on, but for what its mailbox has already."""
        if id in self._calls:
            self._discarding.add(id)

    def session_state(self, session: int) -> SessionState:
        """What is told of a session, from its beginning on."""
        return self._sessions[session]

    def forward_state(self, forward: int) -> ForwardState:
        """What is told of a forward, from its beginning on."""
        return self._forwards[forward]

    def forget_forward(self, forward: int) -> None:
        """Takes no more of what is told of it."""
        self._forwards.pop(forward, None)

    def receive(self, data: bytes) -> list[Buffers]:
        """Takes bytes from the daemon and hands their messages out.

        Returns:
            What is to be written in return.

        Raises:
            ProtocolError: they are no messages. The connection can't be used any more.

        """
        for frame in self._decoder.feed(data):
            self._dispatch(frame)
        outgoing = list(self._outgoing)
        self._outgoing.clear()
        return outgoing

    def fail(self, error: SSHError) -> None:
        """Ends the connection: every call that waits gets the error at once."""
        if self.error is None:
            self.error = error
        for id in list(self._calls):
            mailbox = self._forget(id)
            if mailbox is not None:
                mailbox.put(Reply(None, copied(error), NO_BYTES))

    def _dispatch(self, frame: Frame) -> None:
        message, binary = frame.message, frame.binary
        method = message.get("method")
        if method is None:
            self._dispatch_reply(message, binary)
            return
        params = message.get("params")
        if not isinstance(params, dict):
            params = {}
        params = cast("dict[str, Any]", params)
        if "id" in message:
            self._dispatch_request(message["id"], method, params)
        elif method == "$/cancelRequest":
            mailbox = self._asked.pop(params.get("id", ""), None)
            if mailbox is not None:
                mailbox.put(Withdrawn(params["id"]))
        elif method in ("session/output", "$/progress", "fs/entries"):
            token = cast("int", params.get("token"))
            mailbox = self._calls.get(token)
            if mailbox is not None and token not in self._discarding:
                mailbox.put(Notice(method, params, binary))
        elif method in ("forward/closed", "forward/failed"):
            state = self._forwards.get(cast("int", params.get("forward")))
            if state is not None:
                state.take(method, params)
        elif method in ("session/lost", "session/restored", "session/closed"):
            session = self._sessions.get(cast("int", params.get("session")))
            if session is not None:
                session.take(method, params)

    def _dispatch_reply(self, message: dict[str, Any], binary: memoryview) -> None:
        id = message.get("id")
        error = message.get("error")
        if id is None:
            # It could read none of ours; whose, nobody knows, and somebody would wait for ever.
            raise ProtocolError(f"the daemon could not read a message: {error}")
        failure = None
        if error is not None:
            from .error_replies import read_error

            failure = read_error(error, binary)
        result = message.get("result")
        mailbox = self._forget(id)
        if mailbox is not None:
            if isinstance(result, dict) and "forward" in result:
                # Before the caller has it: what comes of it may be in the next message.
                forward = cast("dict[str, Any]", result)["forward"]
                self._forwards[forward] = ForwardState()
            elif isinstance(result, dict) and "session" in result:
                session = cast("dict[str, Any]", result)["session"]
                self._sessions[session] = SessionState()
            mailbox.put(Reply(result, failure, binary))
        elif isinstance(result, dict) and "forward" in result:
            forward = cast("dict[str, Any]", result)["forward"]
            params = {"forward": forward, "abort": True}
            self._outgoing.append(self.notification("forward.close", params))
        elif isinstance(result, dict) and "file" in result:
            file = cast("dict[str, Any]", result)["file"]
            self._outgoing.append(self.notification("file.close", {"file": file}))
        elif isinstance(result, dict) and "session" in result:
            # Of a login that was given up: it would be nobody's.
            session = cast("dict[str, Any]", result)["session"]
            self._outgoing.append(self.notification("session.free", {"session": session}))

    def _dispatch_request(self, id: int | str, method: str, params: dict[str, Any]) -> None:
        if method != "client/prompt":
            error = {"code": -32601, "message": f"no such method: {method}"}
            self._outgoing.append(encode({"id": id, "error": error}))
            return
        token = cast("int", params.get("token"))
        mailbox = self._calls.get(token) if token in self._logins else self._questions(token)
        if mailbox is None:
            self._outgoing.append(self.answer(id, None))
        else:
            self._asked[id] = mailbox
            mailbox.put(Question(id, params))

    def _questions(self, token: int) -> Mailbox | None:
        """Where questions go about a session that is connected to again."""
        for state in self._sessions.copy().values():
            if state.token == token:
                return state.questions
        return None

    def _forget(self, id: int) -> Mailbox | None:
        self._discarding.discard(id)
        self._logins.discard(id)
        return self._calls.pop(id, None)
