import { SessionTable } from "../../ssh/connection/session-table.ts";
import { ListingTable } from "./entry-stream.ts";
import { FileTable } from "./file-table.ts";
import { ForwardTable } from "./forward-table.ts";
import { ProgramTable } from "./program-table.ts";

/** What is one client's: nobody else sees it, and it ends with the client. */
export class ClientScope {
  readonly sessions = new SessionTable();
  readonly programs = new ProgramTable();
  readonly files = new FileTable();
  readonly forwards = new ForwardTable();
  readonly listings = new ListingTable();

  /** Ends every session: its programs are signalled, its server is sent a disconnect. */
  async close(): Promise<void> {
    await this.sessions.close();
  }
}
