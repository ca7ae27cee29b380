import type { SharedBounds } from "./client-bounds.ts";
import type { ClientScope } from "./client-scope.ts";
import { Outages } from "../../ssh/connection/outages.ts";
import { SharedLinks } from "../../ssh/connection/shared-links.ts";
import { Handshakes } from "../../ssh/login/handshakes.ts";
import { settleProcess } from "../../ssh/support/process-settings.ts";
import { proxyCommandsEnded } from "../../ssh/route/proxy-processes.ts";

/** What is the process's, whichever client asks. */
export class Daemon {
  readonly handshakes = new Handshakes();
  readonly outages = new Outages();
  /** Connections that several clients may share, and that stay when nobody uses them. */
  readonly sharedLinks: SharedLinks;
  /** The version of this package. */
  readonly version: string;
  /** Every client's scope. */
  readonly scopes: () => Iterable<ClientScope>;
  /** To be called when there is a session. */
  readonly noteSession: () => void;
  /** Of all clients together, where there may be several. */
  readonly bounds: SharedBounds | undefined;

  /** Names among the settings turned off that mean nothing. */
  readonly unknownSettings: readonly string[];

  constructor(options: {
    version: string;
    scopes: () => Iterable<ClientScope>;
    noteSession?: () => void;
    bounds?: SharedBounds;
    /** Settings of the process that are not to be made; see process-settings.ts. */
    turnedOff?: string | undefined;
  }) {
    this.version = options.version;
    this.scopes = options.scopes;
    this.bounds = options.bounds;
    this.sharedLinks = new SharedLinks(options.bounds?.unused);
    this.noteSession = options.noteSession ?? (() => {});
    this.unknownSettings = settleProcess(options.turnedOff ?? "");
  }

  /** The sessions and the calls are over: ends what they ran over. */
  async close(): Promise<void> {
    await this.sharedLinks.close();
    await proxyCommandsEnded();
  }
}
