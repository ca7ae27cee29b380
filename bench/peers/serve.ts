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

function act(work: Work, [name, one = "", two = ""]: string[]): Promise<unknown> | undefined {
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
      return work.getfiles?.(one, two);
    case "putfiles":
      return work.putfiles?.(one, two);
    case "list":
      return work.list?.(one, Number(two));
    case "sync":
      return work.sync?.(one, two);
    default:
      throw new Error(`no such work: ${name}`);
  }
}

/** What the harness says of the server, see README.md. */
export function setting(name: "HOST" | "PORT" | "USER" | "KEY" | "KNOWN_HOSTS" | "DAEMON"): string {
  const value = process.env[`BENCH_${name}`];
  if (value === undefined) throw new Error(`BENCH_${name} is not set`);
  return value;
}
