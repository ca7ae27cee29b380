"""The least that a Python program could do: prebuilt frames out, frames in. See ../../README.md."""

import json
import os
import re
import subprocess

from serve import HOST, KEY, KNOWN_HOSTS, PORT, USER, content, serve


class Bare:
    def __init__(self):
        command = ["node", os.environ["SSHRPC_DAEMON"], "--stdio"]
        self.daemon = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ask(self.frame("initialize", capabilities={"binaryFrames": True}))

    def frame(self, method, binary=b"", **params):
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        body = json.dumps(message).encode()
        header = f"Content-Length: {len(body) + len(binary)}\r\n"
        if binary:
            header += f"Content-Type: application/vnd.sshrpc; json={len(body)}\r\n"
        return header.encode() + b"\r\n" + body + binary

    def ask(self, frame):
        self.daemon.stdin.write(frame)
        self.daemon.stdin.flush()
        length = 0
        while (line := self.daemon.stdout.readline()) != b"\r\n":
            if line.startswith(b"Content-Length: "):
                length = int(line[16:])
        body = self.daemon.stdout.read(length)
        if b'"error"' in body[:100]:
            raise RuntimeError(body[:1000])
        return body

    def open(self):
        login = {"username": USER, "identityFiles": [KEY], "agent": False}
        known = {"knownHosts": [KNOWN_HOSTS]}
        opened = self.ask(self.frame("ssh.new", host=HOST, port=PORT, **login, **known))
        self.session = int(re.search(rb'"session":(\d+)', opened)[1])

    def call(self, count):
        frame = self.frame("daemon.status")
        for _ in range(count):
            self.ask(frame)

    def exec(self, count, command):
        frame = self.frame("session.exec", session=self.session, command=command)
        for _ in range(count):
            self.ask(frame)

    def get(self, remote, local):
        self.ask(self.frame("session.scpRecv", session=self.session, source=remote, dest=local))

    def put(self, local, remote):
        self.ask(self.frame("session.scpSendfile", session=self.session, source=local, dest=remote))

    def read(self, remote):
        self.ask(self.frame("session.scpRecv", session=self.session, source=remote))

    def write(self, local, remote):
        data = content(local)
        place = {"data": [0, len(data)], "encoding": "binary"}
        self.ask(self.frame("session.scpSend", data, session=self.session, dest=remote, **place))


bare = Bare()
serve(bare)
bare.daemon.stdin.close()
bare.daemon.wait()
