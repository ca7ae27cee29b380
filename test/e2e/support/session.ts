import { Buffer } from "node:buffer";
import type { Daemon, Json } from "../../fixtures/daemon.ts";

/** Where a session may lead; every server of the fixtures is one. */
export interface Server {
  host: string;
  port: number;
  username: string;
  password: string;
}

/** The params of `ssh.new` for a server of the fixtures. */
export function address({ host, port, username, password }: Server): Server {
  return { host, port, username, password };
}

/** A session of the daemon: its methods, with params by name. */
export class Session {
  readonly daemon: Daemon;
  readonly handle: number;

  constructor(daemon: Daemon, handle: number) {
    this.daemon = daemon;
    this.handle = handle;
  }

  exec(command: string, options: object = {}): Promise<Json> {
    return this.#call("exec", { command, ...options });
  }

  recv(source: string, options: object = {}): Promise<Json> {
    return this.#call("scpRecv", { source, ...options });
  }

  send(data: string, dest: string, options: object = {}): Promise<Json> {
    return this.#call("scpSend", { data, dest, ...options });
  }

  sendfile(source: string, dest: string, options: object = {}): Promise<Json> {
    return this.#call("scpSendfile", { source, dest, ...options });
  }

  disconnect(options: object = {}): Promise<Json> {
    return this.#call("disconnect", options);
  }

  free(): Promise<Json> {
    return this.#call("free", {});
  }

  /** What a command printed, for what a test wants to know of the server's side. */
  async output(command: string): Promise<string> {
    return outputOf(await this.exec(command)).toString();
  }

  #call(method: string, params: object): Promise<Json> {
    return this.daemon.request(`session.${method}`, { session: this.handle, ...params });
  }
}

/** Logs in. */
export async function open(daemon: Daemon, server: Server): Promise<Session> {
  const { session } = await daemon.request("ssh.new", address(server));
  return new Session(daemon, session);
}

/** The bytes of a field whose encoding stands beside it. */
export function decoded(text: string, encoding: "utf8" | "base64"): Buffer {
  return Buffer.from(text, encoding);
}

/** The bytes of exec's `output`, in a result or in an error's data. */
export function outputOf({ output, encoding }: Json): Buffer {
  return decoded(output, encoding);
}

/** The bytes of scpRecv's `data`. */
export function dataOf({ data, encoding }: Json): Buffer {
  return decoded(data, encoding);
}

/** Every byte there is. */
export const everyByte = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
