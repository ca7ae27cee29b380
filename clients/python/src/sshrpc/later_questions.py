"""Questions of a session that is connected to again, for threads."""

from __future__ import annotations

from ._typing import TYPE_CHECKING
from .messages import Question
from .pipes import start_thread

if TYPE_CHECKING:
    from typing import Any, Callable

    from .calls import Call
    from .messages import Event


class LaterQuestions:
    """Answers each question in a thread of its own, as no call waits for them."""

    def __init__(self, answer: Callable[[Call[Any], Question], None], call: Call[Any]) -> None:
        self._answer = answer
        self._call = call

    def put(self, item: Event) -> None:
        """Takes an event, as every mailbox. The answer to a question that is withdrawn is ignored."""
        if not isinstance(item, Question):
            return
        question = item

        def ask() -> None:
            self._answer(self._call, question)

        start_thread(ask)
