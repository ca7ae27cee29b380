"""`sshrpc` for asyncio. It uses no threads.

    import asyncio
    import sshrpc

    async def main():
        async with sshrpc.aio.connect("example.org", username="alice") as session:
            result = await session.run("uname -a", text=True, check=True)
            print(result.stdout)

    asyncio.run(main())

A call that is cancelled, by `task.cancel()`, `asyncio.timeout` or `asyncio.wait_for`, is cancelled
in the daemon, too, which ends what runs on the remote side by signals.
"""

from .daemon import Daemon
from .session import Session, Stream, connect

__all__ = ["Daemon", "Session", "Stream", "connect"]
