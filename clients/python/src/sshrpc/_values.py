"""The base of results: plain classes, since to load `dataclasses` would make every start longer."""

from __future__ import annotations

#: Characters, or bytes, of an attribute that `repr` shows at most.
_SHOWN = 200


class Value:
    """A value: compared, hashed and shown by the attributes that `__match_args__` names."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def _fields(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value) or type(other) is not type(self):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def __repr__(self) -> str:
        shown = (f"{name}={shortened(getattr(self, name))}" for name in self.__match_args__)
        return f"{type(self).__qualname__}({', '.join(shown)})"


def shortened(value: object) -> str:
    """A `repr` of bounded length: a command's output may have millions of bytes."""
    if not isinstance(value, (str, bytes)) or len(value) <= _SHOWN:
        return repr(value)
    unit = "characters" if isinstance(value, str) else "bytes"
    return f"{value[:_SHOWN]!r}… ({len(value)} {unit})"
