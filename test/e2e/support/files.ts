import type { Daemon, Json } from "../../fixtures/daemon.ts";

/** The file methods of a session, with its handle put in front. */
export class Files {
  readonly daemon: Daemon;
  readonly session: number;

  constructor(daemon: Daemon, session: number) {
    this.daemon = daemon;
    this.session = session;
  }

  /** @param method without its `fs.` */
  call(method: string, params: object = {}): Promise<Json> {
    return this.daemon.request(`fs.${method}`, { session: this.session, ...params });
  }

  /** @param method without its `file.` */
  file(method: string, file: number, params: object = {}): Promise<Json> {
    return this.daemon.request(`file.${method}`, { file, ...params });
  }

  async read(path: string): Promise<string> {
    const { data, encoding } = await this.call("readFile", { path });
    return Buffer.from(data, encoding).toString("latin1");
  }

  async names(path: string): Promise<string[]> {
    const { entries } = await this.call("readdir", { path });
    return entries.map(({ name }: Json) => name).toSorted();
  }
}
