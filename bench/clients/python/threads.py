"""The Python client for threads: see ../../README.md for what is read and answered."""

import sshrpc

from serve import HOST, KEY, KNOWN_HOSTS, PORT, USER, content, serve


class Client:
    def open(self):
        self.session = sshrpc.connect(
            HOST, PORT, USER, identity_files=[KEY], known_hosts=[KNOWN_HOSTS], agent=False
        )

    def call(self, count):
        for _ in range(count):
            self.session.daemon.status()

    def exec(self, count, command):
        for _ in range(count):
            self.session.run(command, check=True)

    def get(self, remote, local):
        self.session.get(remote, local)

    def put(self, local, remote):
        self.session.put(local, remote)

    def read(self, remote):
        self.session.read_bytes(remote)

    def write(self, local, remote):
        self.session.write_bytes(remote, content(local))


serve(Client())
