"""JSON by the functions that the module `json` is made of, in C, without loading that module.

It takes `re` and `enum` along, of which these make no use, and a quarter of a short script's time.
Where they aren't there, or have changed, the module does it.
"""

from __future__ import annotations

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable

    Functions = tuple[Callable[[str], Any], Callable[[Any], str]]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _no_json(value: object) -> Any:
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


class _Reading:
    """What the scanner is to know."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_no_constant)


_SPACE = " \t\n\r"


def _in_c() -> Functions:
    import _json  # pyright: ignore[reportMissingModuleSource]

    in_c: Any = _json
    scan = in_c.make_scanner(_Reading)
    make, encode_basestring = in_c.make_encoder, in_c.encode_basestring

    def loads(text: str) -> Any:
        try:
            value, end = scan(text, len(text) - len(text.lstrip(_SPACE)))
            if not text[end:].strip(_SPACE):
                return value
        except (StopIteration, SystemError, ValueError):
            # How it says what is wrong depends on whether the module is there.
            pass
        return _by_module()[0](text)

    def dumps(value: Any) -> str:
        # The first is of the containers that it is in, by which it sees a circle.
        encode = make({}, _no_json, encode_basestring, None, ":", ",", False, False, False)
        return "".join(encode(value, 0))

    sample: Any = {"a": [1, -2.5, 'ä"\n', True, None], "b": {}}
    text = '{"a":[1,-2.5,"ä\\"\\n",true,null],"b":{}}'
    if loads(text) != sample or dumps(sample) != text:
        raise TypeError
    return loads, dumps


def _by_module() -> Functions:
    import json

    def loads(text: str) -> Any:
        return json.loads(text, parse_constant=_no_constant)

    def dumps(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    return loads, dumps


def _functions() -> Functions:
    try:
        return _in_c()
    except (ImportError, AttributeError, TypeError, ValueError, SystemError):
        return _by_module()


#: `loads(text)`: the value; ValueError where it is no JSON. `dumps(value)`: the text, without spaces and
#: with all characters as they are; TypeError or ValueError where there is none.
loads, dumps = _functions()
