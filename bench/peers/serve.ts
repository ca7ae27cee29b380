import { createInterface } from "node:readline";

/** What a peer can be asked for; README.md says what each is. What it gives runs after the answer. */
export interface Work {
  open(): Promise<unknown>;
  exec(count: number, command: string): Promise<unknown>;
  parallel(count: number, command: string): Promise<unknown>;
  first(command: string): Promise<() => unknown>;
  get(remote: string, local: string): Promise<unknown>;
  put(local: string, remote: string): Promise<unknown>;
  getfiles?(remote: string, local: string): Promise<unknown>;
  putfiles?(local: string, remote: string): Promise<unknown>;
  list?(remote: string, count: number): Promise<unknown>;
  sync?(local: string, remote: string): Promise<unknown>;
  /** Listens at a port, and has the server connect to one of 127.0.0.1. */
  local?(port: number, to: number): Promise<unknown>;
  /** Listens at a port for SOCKS. */
  dynamic?(port: number): Promise<unknown>;
}

/** Does what the lines of stdin ask for, and answers each with a line, until stdin ends. */
export async function serve(work: Work): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    let after: unknown;
    try {
      after = await act(work, line.split("\t"));
      console.log("ok");
    } catch (error) {
      console.log(`error ${(error as Error).message.replaceAll("\n", " ")}`);
    }
    if (typeof after === "function") await after();
  }
}

function act(work: Work, [name, one = "", two = ""]: string[]): Promise<unknown> {
  switch (name) {
    case "open":
      return work.open();
    case "exec":
      return work.exec(Number(one), two);
    case "parallel":
      return work.parallel(Number(one), two);
    case "first":
      return work.first(one);
    case "get":
      return work.get(one, two);
    case "put":
      return work.put(one, two);
    case "getfiles":
      return work.getfiles?.(one, two) ?? missing(name);
    case "putfiles":
      return work.putfiles?.(one, two) ?? missing(name);
    case "list":
      return work.list?.(one, Number(two)) ?? missing(name);
    case "sync":
      return work.sync?.(one, two) ?? missing(name);
    case "local":
      return work.local?.(Number(one), Number(two)) ?? missing(name);
    case "dynamic":
      return work.dynamic?.(Number(one)) ?? missing(name);
    default:
      return missing(name);
  }
}

function missing(name: string | undefined): never {
  throw new Error(`no such work: ${name}`);
}

/** What the harness says of the server, see README.md. */
export function setting(name: "HOST" | "PORT" | "USER" | "KEY" | "KNOWN_HOSTS" | "DAEMON"): string {
  const value = process.env[`BENCH_${name}`];
  if (value === undefined) throw new Error(`BENCH_${name} is not set`);
  return value;
}
