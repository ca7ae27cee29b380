import { handler } from "./support/handler.ts";

export default handler("daemon.status", (_params, { daemon, scope }) => {
  const { rss, heapUsed, external } = process.memoryUsage();
  const entries = [...scope.sessions.entries()];
  const handles = new Map(entries.map(([handle, session]) => [session, handle]));
  return {
    pid: process.pid,
    version: daemon.version,
    uptime: process.uptime(),
    memory: { rss, heapUsed, external },
    sessions: entries.map(([handle, { status, via }]) => ({
      session: handle,
      ...status,
      // A jump host's that was made for this one alone has none.
      via: via && handles.get(via),
    })),
    forwards: scope.forwards.status((session) => handles.get(session)),
    connecting: daemon.handshakes.status,
  };
});
