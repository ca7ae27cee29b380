"""The same by asyncssh."""

import asyncio
import os
import sys

# This folder, in which its name is ours.
del sys.path[0]

import asyncssh  # noqa: E402

env = os.environ


async def main():
    async with asyncssh.connect(
        env["BENCH_HOST"],
        int(env["BENCH_PORT"]),
        username=env["BENCH_USER"],
        client_keys=[env["BENCH_KEY"]],
        known_hosts=env["BENCH_KNOWN_HOSTS"],
        agent_path=None,
        config=None,
    ) as connection:
        result = await connection.run("echo " + env["BENCH_ANSWER"], check=True)
        print(result.stdout, end="")


asyncio.run(main())
