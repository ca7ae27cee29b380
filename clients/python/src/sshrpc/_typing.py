"""What this package needs of typing while it runs, without loading that: it would lengthen starts."""

from __future__ import annotations

# Type checkers know it by its name.
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
