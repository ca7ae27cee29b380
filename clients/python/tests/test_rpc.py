"""The wire, without a daemon."""

from __future__ import annotations

import inspect
import json
import math
import os
import pickle
import random
import re
import subprocess
import sys
import time
import unittest
from array import array
from pathlib import Path
from typing import Any

import sshrpc
from sshrpc import _contract, _json_text, _tables, connecting, frames, params, programs, rpc
from sshrpc.errors import make_error


def join(buffers: frames.Buffers) -> bytes:
    return b"".join(bytes(each) for each in buffers)


def decode(data: bytes) -> list[frames.Frame]:
    return list(frames.Decoder().feed(data))


class DecoderTest(unittest.TestCase):
    def test_however_the_bytes_are_cut(self) -> None:
        messages = [{"id": number, "result": "ü" * number} for number in range(40)]
        payload = frames.Payload("data", "encoding", memoryview(bytes(range(256))))
        stream = b"".join(join(frames.encode(each)) for each in messages)
        stream += join(frames.encode({"id": 40, "params": {}}, payload, binary=True))
        generator = random.Random(1)
        for size in (1, 2, 3, 7, 50, 1000, len(stream)):
            decoder = frames.Decoder()
            found: list[frames.Frame] = []
            at = 0
            while at < len(stream):
                step = generator.randint(1, size)
                found += decoder.feed(stream[at : at + step])
                at += step
            expected: list[Any] = [{"jsonrpc": "2.0", **each} for each in messages]
            self.assertEqual([frame.message for frame in found[:-1]], expected)
            self.assertEqual(found[-1].message["params"], {"data": [0, 256], "encoding": "binary"})
            self.assertEqual(found[-1].binary, bytes(range(256)))
            self.assertTrue(decoder.between_messages)

    def test_header_fields_in_any_case_and_others_beside(self) -> None:
        body = b'{"jsonrpc":"2.0"}'
        header = b"X-Other: 1\r\ncontent-LENGTH:%d\r\nContent-Type: a/b; charset=utf8\r\n\r\n"
        self.assertEqual(decode(header % len(body) + body)[0].message, {"jsonrpc": "2.0"})

    def test_what_is_no_frame(self) -> None:
        for data in (
            b"hello world\r\n\r\n",
            b"Content-Length: -5\r\n\r\n",
            b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n1",
            b"Content-Length: 12abc\r\n\r\n",
            b"X: y\r\n\r\n",
            b"Content-Length: 1\r\nContent-Type: text/plain; charset=latin1\r\n\r\n1",
            b"Content-Length: 2\r\nContent-Type: application/vnd.sshrpc; json=3\r\n\r\n{}",
            b"Content-Length: 2\r\nContent-Type: application/vnd.sshrpc\r\n\r\n{}",
            b"Content-Length: 2\r\n\r\n{]",
            b"Content-Length: 2\r\n\r\n[]",
            b"Content-Length: 2\r\n\r\n{}",
            b"Content-Length: 1\r\n\r\n\xff",
            b"x" * 5000,
        ):
            with self.subTest(data[:40]), self.assertRaises(frames.ProtocolError):
                decode(data)

    def test_300_mb_at_a_linear_cost(self) -> None:
        size = 300 << 20
        text = b'{"jsonrpc":"2.0","id":1,"result":{"data":[0,%d]}}' % size
        header = join(frames.frame(text, memoryview(b"")))
        header = header.replace(b"Length: %d" % len(text), b"Length: %d" % (len(text) + size))
        decoder = frames.Decoder()
        self.assertEqual(list(decoder.feed(header)), [])
        piece = bytes(65536)
        began = time.process_time()
        found: list[frames.Frame] = []
        for _ in range(size // len(piece)):
            found += decoder.feed(piece)
        self.assertEqual(len(found[0].binary), size)
        self.assertLess(time.process_time() - began, 5)


class EncodeTest(unittest.TestCase):
    def test_bytes_in_json_are_text_where_they_can_be(self) -> None:
        for data, value, encoding in (
            ("grüße\0".encode(), "grüße\0", "utf8"),
            (b"\xff\x00", "/wA=", "base64"),
            (b"", "", "utf8"),
        ):
            payload = frames.Payload("stdin", "stdinEncoding", memoryview(data))
            [frame] = decode(join(frames.encode({"params": {"a": 1}}, payload)))
            self.assertEqual(frame.message["params"], {"a": 1, "stdin": value, "stdinEncoding": encoding})

    def test_bytes_from_the_wire(self) -> None:
        binary = memoryview(b"abcdef")
        self.assertEqual(frames.bytes_of([2, 3], "binary", binary), b"cde")
        self.assertEqual(frames.bytes_of("ü", "utf8", binary), "ü".encode())
        self.assertEqual(frames.bytes_of("/wA=", "base64", binary), b"\xff\x00")
        for value, encoding in (
            ([2, 5], "binary"),
            ([-1, 2], "binary"),
            ("abc", "binary"),
            ("*", "base64"),
            (3, "utf8"),
            ("a", "utf7"),
            ("\ud800", "utf8"),
        ):
            with self.subTest(value), self.assertRaises(frames.ProtocolError):
                frames.bytes_of(value, encoding, binary)

    def test_what_is_no_json(self) -> None:
        for value in (float("nan"), float("inf"), "\ud800", object(), b"x"):
            with self.subTest(value), self.assertRaises(sshrpc.InvalidParams) as caught:
                frames.encode({"params": {"password": "secret", "value": value}})
            self.assertNotIn("secret", str(caught.exception))


class JsonTextTest(unittest.TestCase):
    ways = (_json_text._in_c(), _json_text._by_module())  # pyright: ignore[reportPrivateUsage]

    def test_it_is_what_the_module_makes(self) -> None:
        chooser = random.Random(7)
        for _ in range(300):
            value = some_json(chooser, 4)
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            for loads, dumps in self.ways:
                self.assertEqual(dumps({"": value}), f'{{"":{text}}}')
                self.assertEqual(repr(loads(text)), repr(value))
                self.assertEqual(repr(loads(f" \t\r\n{json.dumps(value, indent=1)}\n ")), repr(value))

    def test_what_is_none(self) -> None:
        circle: list[Any] = []
        circle.append(circle)
        for loads, dumps in self.ways:
            for value in (math.nan, -math.inf, object(), {(): 1}, {b"a": 1}, b"x", circle):
                with self.subTest(value=value), self.assertRaises((TypeError, ValueError)):
                    dumps({"a": value})
            for text in NO_JSON:
                with self.subTest(text=text), self.assertRaises(ValueError):
                    loads(text)

    def test_what_is_none_is_told_without_the_module_too(self) -> None:
        program = (
            "from sshrpc import _json_text; import sys; assert 'json' not in sys.modules\n"
            "try: _json_text.loads(sys.argv[1])\n"
            "except ValueError: print('none')"
        )
        env = {**os.environ, "PYTHONPATH": str(Path(sshrpc.__file__).parents[1])}
        for text in NO_JSON:
            with self.subTest(text=text):
                words = [sys.executable, "-c", program, text]
                self.assertEqual(subprocess.check_output(words, env=env, timeout=60), b"none\n")


NO_JSON = ("", " ", "{", "[1,]", "nul", "NaN", "-Infinity", "1 2", '"\n"', '"', "{'a': 1}", "\ufeff{}")


def some_json(chooser: random.Random, depth: int) -> Any:
    """A value of any kind, of at most so many levels."""
    kind = chooser.randrange(8 if depth else 6)
    if kind == 6:
        return [some_json(chooser, depth - 1) for _ in range(chooser.randrange(4))]
    if kind == 7:
        return {some_text(chooser): some_json(chooser, depth - 1) for _ in range(chooser.randrange(4))}
    number = chooser.randrange(-(2**70), 2**70)
    return (None, True, False, number, chooser.uniform(-1e9, 1e9), some_text(chooser))[kind]


def some_text(chooser: random.Random) -> str:
    return "".join(chooser.choice('ab"\\/\0\n\x7f\u2028ü\U0001f600\ud800') for _ in range(chooser.randrange(6)))


class Box(list):  # type: ignore[type-arg]
    def put(self, item: Any) -> None:
        self.append(item)


class ConnectionTest(unittest.TestCase):
    def setUp(self) -> None:
        self.connection = rpc.Connection()

    def begin(self, method: str, **params: Any) -> tuple[int, Box]:
        box = Box()
        id = self.connection.new_id()
        self.connection.request(id, method, params, box)
        return id, box

    def receive(self, message: dict[str, Any]) -> list[Any]:
        answers = self.connection.receive(join(frames.encode(message)))
        return [decode(join(each))[0].message for each in answers]

    def test_replies_find_their_calls(self) -> None:
        calls = [self.begin("a") for _ in range(3)]
        for id, _ in reversed(calls):
            self.receive({"id": id, "result": id})
        for id, box in calls:
            self.assertEqual([each.result for each in box], [id])

    def test_a_session_that_nobody_waits_for_is_freed(self) -> None:
        id, box = self.begin("ssh.new", host="h")
        self.assertIsNotNone(self.connection.cancel(id))
        answers = self.receive({"id": id, "result": {"session": 7}})
        self.assertEqual(
            (answers[0]["method"], answers[0]["params"]), ("session.free", {"session": 7})
        )
        self.assertIsNone(self.connection.cancel(id))

    def test_whoever_waits_for_a_call_that_is_given_up_is_told(self) -> None:
        id, box = self.begin("session.exec")
        self.connection.cancel(id)
        self.receive({"method": "session/output", "params": {"token": id}})
        self.receive({"id": id, "result": {"exitCode": 0}})
        self.assertEqual([type(each.error) for each in box], [sshrpc.Cancelled])

    def test_a_reply_that_is_no_protocol_is_its_callers_error_too(self) -> None:
        id, box = self.begin("session.exec")
        data = {"stdout": "*", "stdoutEncoding": "base64"}
        with self.assertRaises(frames.ProtocolError) as caught:
            self.receive({"id": id, "error": {"code": 5001, "message": "late", "data": data}})
        self.connection.fail(caught.exception)
        self.assertEqual([type(each.error) for each in box], [frames.ProtocolError])

    def test_a_failure_reaches_everybody_and_whoever_comes_later(self) -> None:
        boxes = [self.begin("a")[1] for _ in range(3)]
        self.connection.fail(sshrpc.DaemonError("gone", data={"dispatched": "maybe"}))
        for box in boxes:
            self.assertEqual(box[0].error.dispatched, "maybe")
        with self.assertRaises(sshrpc.DaemonError) as caught:
            self.begin("a")
        self.assertEqual(caught.exception.dispatched, "no")

    def test_a_reply_may_have_the_other_half_as_null(self) -> None:
        id, box = self.begin("a")
        self.receive({"id": id, "result": 5, "error": None})
        self.assertEqual((box[0].result, box[0].error), (5, None))
        id, box = self.begin("a")
        self.receive({"id": id, "result": None, "error": {"code": 5001, "message": "late"}})
        self.assertIsInstance(box[0].error, sshrpc.Timeout)

    def test_questions_find_their_call_by_its_token(self) -> None:
        calls = [self.begin("ssh.new") for _ in range(2)]
        id, box = calls[1]
        question = {"id": "p1", "method": "client/prompt", "params": {"token": id}}
        self.assertEqual(self.receive(question), [])
        self.assertEqual(calls[0][1], [])
        self.assertEqual(box, [rpc.Question("p1", {"token": id})])
        self.receive({"method": "$/cancelRequest", "params": {"id": "p1"}})
        self.assertEqual(box[1], rpc.Withdrawn("p1"))
        for params in ({"token": 99}, {}):
            answers = self.receive({"id": "p2", "method": "client/prompt", "params": params})
            self.assertEqual((answers[0]["id"], answers[0]["result"]), ("p2", None))
        answers = self.receive({"id": "p3", "method": "other", "params": {}})
        self.assertEqual(answers[0]["error"]["code"], -32601)

    def test_what_belongs_to_nobody_is_passed_over(self) -> None:
        for message in (
            {"id": 99, "result": 1},
            {"id": "x", "result": 1},
            {"method": "session/output", "params": {"token": 99}},
            {"method": "$/progress"},
            {"method": "other", "params": [1]},
        ):
            self.assertEqual(self.receive(message), [])

    def test_an_error_that_names_no_request_ends_it(self) -> None:
        with self.assertRaises(frames.ProtocolError):
            self.receive({"id": None, "error": {"code": -32700, "message": "?"}})

    def test_bytes_in_errors(self) -> None:
        id, box = self.begin("session.exec")
        data = {"kind": "Timeout", "stdout": "/w==", "stdoutEncoding": "base64", "stderr": "e"}
        data["stderrEncoding"] = "utf8"
        self.receive({"id": id, "error": {"code": 5001, "message": "late", "data": data}})
        error = box[0].error
        self.assertIsInstance(error, sshrpc.Timeout)
        self.assertEqual((error.stdout, error.stderr), (b"\xff", b"e"))


class ErrorsTest(unittest.TestCase):
    def test_a_class_for_each_kind_of_the_contract(self) -> None:
        for kind, code in _tables.ERROR_CODES.items():
            error = make_error(code, "message", {"kind": kind})
            self.assertEqual(type(error).__name__, kind)
            self.assertIs(type(error), getattr(sshrpc, kind))
            self.assertIn(kind, sshrpc.__all__)
            self.assertEqual((error.code, error.kind, str(error)), (code, kind, "message"))

    def test_a_kind_of_a_newer_daemon(self) -> None:
        error = make_error(9999, "message", {"kind": "Newer", "dispatched": "no"})
        self.assertIs(type(error), sshrpc.SSHError)
        self.assertEqual((error.kind, error.dispatched), ("Newer", "no"))

    def test_an_error_without_data(self) -> None:
        self.assertIsInstance(make_error(-32601, "message", {}), sshrpc.MethodNotFound)

    def test_they_can_be_pickled(self) -> None:
        data = {"kind": "LocalFileError", "errno": "ENOENT", "path": "/x"}
        error = pickle.loads(pickle.dumps(make_error(4003, "no such file", data)))
        self.assertEqual((error.errno, error.filename), (2, "/x"))
        self.assertEqual((str(error), dict(error.data)), ("no such file", data))
        failed = sshrpc.CommandFailed(sshrpc.Result("false", 1, None, b"o", b"e"))
        failed = pickle.loads(pickle.dumps(failed))
        self.assertEqual((failed.exit_code, failed.stdout), (1, b"o"))


class ConnectTest(unittest.TestCase):
    def params(self, *given: Any, **options: Any) -> Any:
        host, port, username = (*given, *(None, 22, None)[len(given) :])
        via: int | None = options.pop("via", None)
        return connecting.connect_call(host, port, username, None, options, None, via).params

    def test_who_and_where_without_a_configuration(self) -> None:
        me = __import__("getpass").getuser()
        expected = {"host": "h", "port": 22, "username": me, "prompt": False}
        self.assertEqual(self.params("h"), expected)

    def test_a_configuration_says_what_the_caller_does_not(self) -> None:
        self.assertEqual(self.params("h", config=True), {"host": "h", "config": True, "prompt": False})
        given = {"host": "h", "port": 2222, "username": "u", "config": True, "prompt": False}
        self.assertEqual(self.params("h", 2222, "u", config=True), given)

    def test_local_paths_count_from_our_working_directory(self) -> None:
        here = Path.cwd()
        for option, name in (("config", "config"), ("socket_path", "socketPath")):
            for value in ("x", Path("x")):
                self.assertEqual(self.params("h", **{option: value})[name], str(here / "x"))
            home = self.params("h", **{option: "~/x"})[name]
            self.assertEqual(home, str(Path.home() / "x"))
        # A path of the jump host's.
        params = self.params("h", socket_path="~/x", via=7)
        self.assertEqual((params["socketPath"], params["via"]), ("~/x", 7))
        self.assertEqual(self.params("h", proxy_command="~/x")["proxyCommand"], "~/x")

    def test_algorithms_in_pythons_spelling(self) -> None:
        params = self.params("h", algorithms={"host_key": ("ssh-rsa",), "kex": ["x"]})
        self.assertEqual(params["algorithms"], {"hostKey": ("ssh-rsa",), "kex": ["x"]})
        with self.assertRaisesRegex(TypeError, "algorithms has no list 'hostKey'; it has kex, ho"):
            self.params("h", algorithms={"hostKey": ["ssh-rsa"]})


class SnapshotTest(unittest.TestCase):
    def test_only_what_can_change_is_copied(self) -> None:
        data = b"abcdef"
        for source in (data, memoryview(data), memoryview(data)[2:]):
            self.assertIs(params.snapshot(source).obj, data)
        for value in (bytearray(data), memoryview(bytearray(data)), array("H", data)):
            copied = params.snapshot(value)
            memoryview(value).cast("B")[0] = 0
            self.assertEqual(copied, data)
        self.assertEqual(params.snapshot(memoryview(data)[::2]), b"ace")
        self.assertEqual(params.snapshot(bytearray()), b"")

    def test_writes_copy_a_piece_at_a_time(self) -> None:
        data = bytearray(programs.WRITE_SIZE + 1)
        first, *rest = programs.write_calls(1, data, None)
        data[0] = 1
        assert first.payload is not None
        self.assertEqual(first.payload.data[0], 0)
        self.assertEqual([len(each.payload.data) for each in rest if each.payload], [1])


class ContractTest(unittest.TestCase):
    def test_the_types_name_every_param(self) -> None:
        repository = Path(__file__).parents[3]
        document = json.loads((repository / "openrpc.json").read_text())
        for method in document["methods"]:
            name = "".join(part[:1].upper() + part[1:] for part in method["name"].split("."))
            if method["params"]:
                params = getattr(_contract, f"{name}Params")
                names = {each["name"] for each in method["params"]}
                self.assertEqual(set(params.__annotations__), names, name)

    def test_options_are_documented_in_pythons_terms(self) -> None:
        text = str(inspect.getdoc(sshrpc.ConnectOptions))
        documented = set(re.findall(r"^ {4}(\w+): ", text, re.MULTILINE))
        self.assertEqual(documented, set(_tables.CONNECT_OPTIONS))
        self.assertEqual(documented, set(sshrpc.ConnectOptions.__annotations__))
        self.assertNotRegex(text, r"\b[a-z]+[A-Z]|\btrue\b|\bfalse\b")
