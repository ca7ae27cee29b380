"""Globs with `**`, as pathlib's."""

from __future__ import annotations

import re

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Callable


def matcher(pattern: str) -> tuple[Callable[[str], object], int | None]:
    """Whether a path matches, and how many parts one that does has at most; None for no limit.

    Raises:
        ValueError: it is empty, or absolute.

    """
    parts = [part for part in pattern.split("/") if part and part != "."]
    if not parts or pattern.startswith("/"):
        raise ValueError(f"unacceptable pattern: {pattern!r}")
    text = ""
    for part in parts[:-1]:
        text += "(?:.+/)?" if part == "**" else f"{_name(part)}/"
    text += ".+" if parts[-1] == "**" else _name(parts[-1])
    depth = None if "**" in parts else len(parts)
    return re.compile(text, re.DOTALL).fullmatch, depth


def _name(part: str) -> str:
    """The pattern of one part."""
    text = ""
    for piece in re.findall(r"\[!?\]?[^\]]*\]|.", part, re.DOTALL):
        if piece == "*":
            text += "[^/]*"
        elif piece == "?":
            text += "[^/]"
        elif len(piece) > 1:
            inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            text += f"[^/{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
        else:
            text += re.escape(piece)
    return text
