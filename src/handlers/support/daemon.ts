import { Handshakes } from "../../ssh/login/handshakes.ts";
import { settleProcess } from "../../ssh/support/process-settings.ts";
import { proxyCommandsEnded } from "../../ssh/route/proxy-processes.ts";

/** What is the process's, whichever client asks. */
export class Daemon {
  readonly handshakes = new Handshakes();
  /**
   * The process's. To read it is to set it for a moment, in which another thread may make a file: so
   * it is read once, before there is anything to do.
   */
  readonly umask = process.umask();
  /** The version of this package. */
  readonly version: string;
  /** Ends the daemon when the process of that pid ends. */
  readonly followProcess: (pid: number) => void;
  /** To be called when there is a session. */
  readonly noteSession: () => void;

  /** Names among the settings turned off that mean nothing. */
  readonly unknownSettings: readonly string[];

  constructor(options: {
    version: string;
    followProcess: (pid: number) => void;
    noteSession?: () => void;
    /** Settings of the process that are not to be made; see process-settings.ts. */
    turnedOff?: string | undefined;
  }) {
    this.version = options.version;
    this.followProcess = options.followProcess;
    this.noteSession = options.noteSession ?? (() => {});
    this.unknownSettings = settleProcess(options.turnedOff ?? "");
  }

  /** The sessions and the calls are over: resolves when what they ran over is, too. */
  async processesEnded(): Promise<void> {
    await proxyCommandsEnded();
  }
}
