"""Stands in for `typing` at run time: to load that would make the start longer."""

from __future__ import annotations

# Type checkers recognize it by its name, and take it for true.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Generic as Generic
    from typing import TypeVar
    from typing import cast as cast
    from typing import overload as overload

    T = TypeVar("T")
    Text = TypeVar("Text", str, bytes)
else:
    # The module `types` has it, too, and takes longer to load.
    GenericAlias = type(list[int])

    T = Text = None

    class Generic:
        __slots__ = ()
        __class_getitem__ = classmethod(GenericAlias)

    def cast(_type, value):
        return value

    def overload(function):
        return function
