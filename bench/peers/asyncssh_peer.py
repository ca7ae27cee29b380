"""asyncssh as a peer: see ../README.md for what is read and answered."""

import asyncio
import sys

import asyncssh

from serve import HOST, KEY, PORT, USER, serve_async


class Peer:
    async def connect(self):
        return await asyncssh.connect(
            HOST, PORT, username=USER, client_keys=[KEY], known_hosts=None, agent_path=None, config=None
        )

    async def open(self):
        self.connection = await self.connect()
        self.sftp = await self.connection.start_sftp_client()

    async def exec(self, count, command):
        for _ in range(count):
            await self.connection.run(command, check=True)

    async def parallel(self, count, command):
        runs = [self.connection.run(command, check=True) for _ in range(count)]
        await asyncio.gather(*runs)

    async def first(self, command):
        connection = await self.connect()
        result = await connection.run(command, check=True)
        if result.stdout != "ready":
            raise RuntimeError("not ready")
        return connection.close

    async def get(self, remote, local):
        await asyncssh.scp((self.connection, remote), local)

    async def put(self, local, remote):
        await asyncssh.scp(local, (self.connection, remote))

    async def getfiles(self, remote, local):
        await self.sftp.get(remote, local, recurse=True)

    async def putfiles(self, local, remote):
        await self.sftp.put(local, remote, recurse=True)

    async def list(self, remote, count):
        found = [each async for each in self.sftp.scandir(remote)]
        if len(found) not in (count, count + 2):
            raise RuntimeError(f"{len(found)} entries")

    async def local(self, port, to):
        await self.connection.forward_local_port("127.0.0.1", port, "127.0.0.1", to)

    async def dynamic(self, port):
        await self.connection.forward_socks("127.0.0.1", port)


if sys.argv[1:] == ["--version"]:
    print(asyncssh.__version__)
    sys.exit()
asyncio.run(serve_async(Peer()))
