"""JSON by the C functions on which the module `json` is built, without loading that module.

The module also loads `re` and `enum`, which these functions don't need, and which would take a
quarter of a short script's time. If the functions are missing or have changed, the module is used.
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
    """The settings that the scanner reads from its argument."""

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
            # What is raised here depends on whether `json` is loaded: the module raises it below.
            pass
        return _by_module()[0](text)

    def dumps(value: Any) -> str:
        # The first argument notes the containers that enclose a value, to detect a circle.
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


#: `loads(text)` gives the value; ValueError if the text isn't JSON. `dumps(value)` gives the text,
#: without spaces and without `\u` escapes for characters beyond ASCII; TypeError or ValueError if
#: JSON can't have it.
loads, dumps = _functions()
