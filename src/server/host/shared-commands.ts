import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Result } from "../../protocol/methods.ts";
import { preamble, preambleAnswer } from "./preamble.ts";
import { exists } from "./process-watch.ts";

type Status = Result<"daemon.status">;

/** Prints what the shared daemon holds, for a person (`sshrpc status`). */
export async function printStatus(path: string): Promise<void> {
  const status = await ask(path);
  if (!status) return void process.stdout.write("No shared daemon runs.\n");
  const {
    pid,
    version,
    uptime,
    memory,
    clients = [],
    limits,
    sessions,
    forwards,
    connections: shared,
  } = status;
  // Without this command itself.
  const others = clients.filter((client) => client.process !== process.pid);
  const lines = [
    `sshrpc ${version}, process ${pid}, for ${duration(uptime)}, ${size(memory.rss)}`,
    `${count(others.length, "client")}, ${count(sessions.length, "session")}, ${count(forwards.length, "forward")}, ${count(shared.length, "shared connection")}`,
    ...(limits ? [`limits: ${shownLimits(limits)}`] : []),
    ...shared.map(
      ({ connection, username, host, port, age, sessions: users, idle, endsIn, ...bytes }) =>
        `  connection ${connection}: ${username}@${host}:${port}, for ${duration(age)}, ${
          idle === undefined
            ? count(users, "session")
            : `no session for ${duration(idle)}, ends in ${duration(endsIn ?? 0)}`
        }, ${moved(bytes)}`,
    ),
    ...others.map(
      ({ client, process: whose, age }) =>
        `  client ${client}: ${whose === undefined ? "of an unknown process" : `process ${whose}`}, for ${duration(age)}`,
    ),
    ...sessions.map(
      ({ client, session, username, host, port, state, connection, age, ...counts }) =>
        `  client ${client} session ${session}: ${username}@${host}:${port}, ${state}${connection === undefined ? "" : ` on connection ${connection}`} for ${duration(age)}, ${count(counts.execs, "command")}, ${count(counts.transfers, "transfer")}, ${moved(counts)}`,
    ),
    ...forwards.map(
      ({ client, forward, kind, bind, connections, total }) =>
        `  client ${client} forward ${forward}: ${kind} at ${"path" in bind ? bind.path : `${bind.host}:${bind.port}`}, ${connections} of ${count(total, "connection")} open`,
    ),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Ends the shared daemon, with all that it holds (`sshrpc stop`); resolves when it has ended. */
export async function stopShared(path: string): Promise<void> {
  const status = await ask(path);
  if (!status) return void process.stdout.write("No shared daemon runs.\n");
  process.kill(status.pid, "SIGTERM");
  while (exists(status.pid)) await sleep(20);
  process.stdout.write(`Ended sshrpc ${status.version}, process ${status.pid}.\n`);
}

/** Asks for its status as a client does; undefined where there is none. */
async function ask(path: string): Promise<Status | undefined> {
  const socket = connect({ path, allowHalfOpen: true });
  try {
    await once(socket, "connect");
  } catch {
    return undefined;
  }
  const request = { jsonrpc: "2.0", id: 1, method: "daemon.status", params: { all: true } };
  socket.end(Buffer.concat([preamble(process.pid), Buffer.from(`${JSON.stringify(request)}\n`)]));
  const answer = await text(socket);
  const reply = JSON.parse(answer.slice(preambleAnswer.length)) as { result: Status };
  return reply.result;
}

function shownLimits({ clients, places, output }: NonNullable<Status["limits"]>): string {
  const ofPlaces = `${places.taken} of ${count(places.most, "place")}`;
  const ofOutput = `${size(output.taken)} of ${size(output.most)} output`;
  const reserves = `${places.reserve} and ${size(output.reserve)}`;
  return `${count(clients, "client")}; ${ofPlaces}, ${ofOutput}, beside the ${reserves} that each client has`;
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
const moved = ({ bytesReceived, bytesSent }: { bytesReceived: number; bytesSent: number }) =>
  `${size(bytesReceived)} received, ${size(bytesSent)} sent`;

// Neither says 0 of what isn't.
function size(bytes: number): string {
  if (bytes < 1024) return count(bytes, "byte");
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${kilobytes.toFixed(1)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

function duration(seconds: number): string {
  if (seconds < 1) return "less than 1 s";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
