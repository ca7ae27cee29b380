"""The same without sshrpc's client: what the protocol itself costs a Python."""

import _socket
import os

env = os.environ
sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
sock.connect(env["XDG_RUNTIME_DIR"] + "/sshrpc/" + env["BENCH_VERSION"] + ".sock")


def send(*requests):
    for request in requests:
        assert "\\" not in request
    frames = ("Content-Length: %d\r\n\r\n%s" % (len(each), each) for each in requests)
    sock.sendall("".join(frames).encode())


def receive(sign):
    data = b""
    while sign not in data:
        piece = sock.recv(65536)
        assert piece, data
        data += piece
    return data


send(
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":%d,"capabilities":{}}}'
    % os.getpid(),
    '{"jsonrpc":"2.0","id":2,"method":"ssh.new","params":{"host":"%s","port":%s,"username":"%s",'
    '"identityFiles":["%s"],"knownHosts":["%s"],"agent":false,"persist":600}}'
    % tuple(env["BENCH_" + name] for name in ("HOST", "PORT", "USER", "KEY", "KNOWN_HOSTS")),
)
receive(b'"session"')
send(
    '{"jsonrpc":"2.0","id":3,"method":"session.exec","params":{"session":1,"command":"echo %s"}}'
    % env["BENCH_ANSWER"]
)
assert env["BENCH_ANSWER"].encode() in receive(b'"exitCode"')
print(env["BENCH_ANSWER"])
