"""The Python client for asyncio: see ../../README.md for what is read and answered."""

import asyncio

import sshrpc

from serve import HOST, KEY, KNOWN_HOSTS, PORT, USER, content, serve_async


class Client:
    async def open(self):
        self.session = await sshrpc.aio.connect(
            HOST, PORT, USER, identity_files=[KEY], known_hosts=[KNOWN_HOSTS], agent=False
        )

    async def call(self, count):
        for _ in range(count):
            await self.session.daemon.status()

    async def exec(self, count, command):
        for _ in range(count):
            await self.session.run(command, check=True)

    async def get(self, remote, local):
        await self.session.get(remote, local)

    async def put(self, local, remote):
        await self.session.put(local, remote)

    async def read(self, remote):
        await self.session.read_bytes(remote)

    async def write(self, local, remote):
        await self.session.write_bytes(remote, content(local))


asyncio.run(serve_async(Client()))
