"""What can be said of a server's path without asking the server."""

from __future__ import annotations

from pathlib import PurePosixPath

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Union

    from typing_extensions import Self

    Segment = Union[str, PurePosixPath, "PureServerPath"]


class PureServerPath:
    """The part of pathlib's PurePath of a server's path."""

    def __init__(self, files: Any, *segments: Segment) -> None:
        self._files = files
        self._pure = PurePosixPath(*segments)

    def _with(self, pure: PurePosixPath) -> Self:
        return type(self)(self._files, pure)

    def __truediv__(self, segment: Segment) -> Self:
        return self._with(self._pure / segment)

    def joinpath(self, *segments: Segment) -> Self:
        """It with these behind it."""
        return self._with(self._pure.joinpath(*segments))

    @property
    def parent(self) -> Self:
        """The directory that it lies in."""
        return self._with(self._pure.parent)

    @property
    def parents(self) -> tuple[Self, ...]:
        """All that it lies in, the nearest first."""
        return tuple(self._with(each) for each in self._pure.parents)

    @property
    def name(self) -> str:
        """Its last part."""
        return self._pure.name

    @property
    def stem(self) -> str:
        """That without the suffix."""
        return self._pure.stem

    @property
    def suffix(self) -> str:
        """The name's ending, with its dot."""
        return self._pure.suffix

    @property
    def parts(self) -> tuple[str, ...]:
        """Its parts."""
        return self._pure.parts

    def is_absolute(self) -> bool:
        """Whether it begins with a slash."""
        return self._pure.is_absolute()

    def relative_to(self, other: Segment) -> Self:
        """What it is below another one; ValueError where it isn't."""
        return self._with(self._pure.relative_to(other))

    def with_name(self, name: str) -> Self:
        """With another last part."""
        return self._with(self._pure.with_name(name))

    def with_suffix(self, suffix: str) -> Self:
        """With another ending."""
        return self._with(self._pure.with_suffix(suffix))

    def match(self, pattern: str) -> bool:
        """Whether a glob matches, as of pathlib."""
        return self._pure.match(pattern)

    def __fspath__(self) -> str:
        return str(self._pure)

    def __str__(self) -> str:
        return str(self._pure)

    def __repr__(self) -> str:
        return f"ServerPath({str(self._pure)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PureServerPath):
            return NotImplemented
        return self._pure == other._pure and self._files is other._files

    def __lt__(self, other: PureServerPath) -> bool:
        return self._pure < other._pure

    def __hash__(self) -> int:
        return hash(self._pure)
