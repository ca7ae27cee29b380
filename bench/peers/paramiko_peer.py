"""paramiko as a peer: see ../README.md for what is read and answered."""

import os
import select
import socket
import socketserver
import stat
import sys
import threading

import paramiko

from serve import HOST, KEY, PORT, USER, serve


class Peer:
    def connect(self):
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(
            HOST, PORT, USER, key_filename=KEY, look_for_keys=False, allow_agent=False
        )
        return client

    def run(self, client, command):
        # Not client.exec_command: its stdin, when it is collected, may send an EOF on a channel that
        # is closed, for which sshd ends the connection; among 50 at once it happens.
        with client.get_transport().open_session() as channel:
            channel.exec_command(command)
            output = channel.makefile("rb").read()
            if channel.recv_exit_status() != 0:
                raise RuntimeError(command)
            return output

    def open(self):
        self.client = self.connect()
        self.sftp = self.client.open_sftp()

    def exec(self, count, command):
        for _ in range(count):
            self.run(self.client, command)

    def parallel(self, count, command):
        failed = []

        def run():
            try:
                self.run(self.client, command)
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=run) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]

    def first(self, command):
        client = self.connect()
        if self.run(client, command) != b"ready":
            raise RuntimeError("not ready")
        return client.close

    def get(self, remote, local):
        self.sftp.get(remote, local)

    def put(self, local, remote):
        self.sftp.put(local, remote)

    def getfiles(self, remote, local):
        if not stat.S_ISDIR(self.sftp.stat(remote).st_mode):
            return self.sftp.get(remote, local)
        os.mkdir(local)
        for name in self.sftp.listdir(remote):
            self.sftp.get(f"{remote}/{name}", f"{local}/{name}")

    def putfiles(self, local, remote):
        if not os.path.isdir(local):
            self.sftp.put(local, remote)
            return
        self.sftp.mkdir(remote)
        for name in os.listdir(local):
            self.sftp.put(f"{local}/{name}", f"{remote}/{name}")

    def list(self, remote, count):
        found = self.sftp.listdir_attr(remote)
        if len(found) != count:
            raise RuntimeError(f"{len(found)} entries")

    def local(self, port, to):
        # As its demos/forward.py does: a thread for each connection.
        transport = self.client.get_transport()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                where = ("127.0.0.1", to)
                channel = transport.open_channel("direct-tcpip", where, self.request.getpeername())
                others = {self.request: channel, channel: self.request}
                while others:
                    for source in select.select(list(others), [], [])[0]:
                        data = source.recv(32768)
                        if data:
                            others[source].sendall(data)
                        elif source is channel:
                            self.request.shutdown(socket.SHUT_WR)
                            del others[channel]
                        else:
                            channel.shutdown_write()
                            del others[self.request]
                channel.close()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 128

        server = Server(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()


if sys.argv[1:] == ["--version"]:
    print(paramiko.__version__)
    sys.exit()
serve(Peer())
