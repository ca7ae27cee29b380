"""The transcripts of test/conformance, played to the daemon through this client's codec."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import unittest
from typing import IO, Any, cast

from sshrpc import frames
from sshrpc.process import find_command

from .server import Server, repository

folder = repository / "test" / "conformance"


class Daemon:
    """One conversation."""

    def __init__(self, case: unittest.TestCase, variables: dict[str, Any]) -> None:
        home = tempfile.TemporaryDirectory()
        case.addCleanup(home.cleanup)
        self.case = case
        self.variables = variables
        self.frames: list[frames.Frame] = []
        self._decoder = frames.Decoder()
        self._process = subprocess.Popen(
            [*find_command(), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": home.name},
        )
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        case.addCleanup(self._clean_up)

    def write(self, data: bytes) -> None:
        self._stdin.write(data)
        self._stdin.flush()

    def next(self) -> frames.Frame:
        while not self.frames:
            data = os.read(self._stdout.fileno(), 65536)
            if not data:
                self.case.fail("the daemon ended its output")
            self.frames += self._decoder.feed(data)
        return self.frames.pop(0)

    def play(self, step: dict[str, Any]) -> None:
        case = self.case
        if "send" in step:
            messages = step["send"] if isinstance(step["send"], list) else [step["send"]]
            binary = step.get("binary")
            self.write(b"".join(self._framed(each, binary) for each in messages))
        elif "sendText" in step:
            self.write(b"".join(frames.frame(step["sendText"].encode())))
        elif "sendBytes" in step:
            self.write(step["sendBytes"].encode("latin-1"))
        elif "expect" in step:
            frame = self.next()
            self._match(step["expect"], frame.message, "message")
            case.assertEqual(bytes(frame.binary), step.get("binary", "").encode("latin-1"))
        elif "expectAnyOrder" in step:
            self._match_any_order(step["expectAnyOrder"])
        elif "expectBytes" in step:
            for expected in frames.Decoder().feed(step["expectBytes"].encode("latin-1")):
                frame = self.next()
                case.assertEqual(frame.message, expected.message)
                case.assertEqual(bytes(frame.binary), bytes(expected.binary))
        elif "endInput" in step:
            self._stdin.close()
        elif "expectExit" in step:
            self.end(step["expectExit"])
        else:
            case.fail(f"an unknown step: {step}")

    def end(self, code: int = 0) -> None:
        """Nothing more comes, and it exits."""
        if not self._stdin.closed and code == 0:
            self._stdin.close()
        self.frames += self._decoder.feed(self._stdout.read())
        self.case.assertEqual(self.frames, [])
        self.case.assertTrue(self._decoder.between_messages)
        self.case.assertEqual(self._process.wait(10), code)

    def _framed(self, message: Any, binary: str | None) -> bytes:
        text = json.dumps(self._filled(message)).encode()
        data = None if binary is None else memoryview(binary.encode("latin-1"))
        return b"".join(bytes(each) for each in frames.frame(text, data))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            if set(fields) == {"$var"}:
                return self.variables[fields["$var"]]
            return {name: self._filled(each) for name, each in fields.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in cast("list[Any]", value)]
        return value

    def _match_any_order(self, expected: list[Any]) -> None:
        frames = [self.next() for _ in expected]
        for each in expected:
            for frame in frames:
                try:
                    self._match(each, frame.message, "message")
                except AssertionError:
                    continue
                frames.remove(frame)
                break
            else:
                self.case.fail(f"{each} is not among {frames}")

    def _match(self, pattern: Any, value: Any, path: str) -> None:
        case = self.case
        if isinstance(pattern, dict):
            fields = cast("dict[str, Any]", pattern)
            if "$var" in fields:
                case.assertEqual(value, self.variables[fields["$var"]], path)
            elif "$type" in fields:
                case.assertTrue(is_type(value, fields["$type"]), f"{path}: {value!r} for {fields}")
                if "as" in fields:
                    self.variables[fields["as"]] = value
            else:
                partial = "$fields" in fields
                wanted: dict[str, Any] = fields["$fields"] if partial else fields
                case.assertIsInstance(value, dict, path)
                if not partial:
                    case.assertEqual(set(value), set(wanted), path)
                for name, each in wanted.items():
                    case.assertIn(name, value, path)
                    self._match(each, value[name], f"{path}.{name}")
        elif isinstance(pattern, list):
            items = cast("list[Any]", pattern)
            case.assertIsInstance(value, list, path)
            case.assertEqual(len(value), len(items), path)
            for index, each in enumerate(items):
                self._match(each, value[index], f"{path}[{index}]")
        else:
            case.assertEqual((type(pattern), pattern), (type(value), value), path)

    def _clean_up(self) -> None:
        if not self._stdin.closed:
            self._stdin.close()
        self._stdout.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


def is_type(value: Any, name: str) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {
        "any": True,
        "string": isinstance(value, str),
        "integer": is_number and value == int(value),
        "number": is_number,
        "boolean": isinstance(value, bool),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
        "null": value is None,
    }[name]


class ConformanceTest(unittest.TestCase):
    """A test for each transcript."""

    server: Server

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def play(self, name: str) -> None:
        transcript = json.loads((folder / name).read_text())
        variables = self.server.address if transcript.get("server") else {}
        daemon = Daemon(self, variables)
        for number, step in enumerate(transcript["steps"]):
            try:
                daemon.play(step)
            except AssertionError as error:
                raise AssertionError(f"step {number}: {error}") from error
        if "expectExit" not in transcript["steps"][-1]:
            daemon.end()


def _add_tests() -> None:
    for path in sorted(folder.glob("*.json")):
        # This client knows no lines.
        if "content-length" not in json.loads(path.read_text())["framings"]:
            continue

        def test(self: ConformanceTest, name: str = path.name) -> None:
            self.play(name)

        setattr(ConformanceTest, f"test_{path.stem.replace('-', '_')}", test)


_add_tests()
