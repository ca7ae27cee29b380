import { handler } from "./handler.ts";

export default handler("daemon.status", (_params, { daemon }) => {
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    pid: process.pid,
    version: daemon.version,
    uptime: process.uptime(),
    memory: { rss, heapUsed, external },
    sessions: [...daemon.sessions.entries()].map(([session, { status }]) => ({
      session,
      ...status,
    })),
  };
});
