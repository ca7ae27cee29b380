import { Cancellation } from "../../protocol/cancellation.ts";
import { Call } from "../support/call.ts";
import type { Session } from "../connection/session.ts";
import { notSupported } from "./remote-error.ts";
import type { RemoteFiles } from "./remote-files.ts";
import { hashesByCommand } from "./remote-hashes.ts";
import { NoSftp, SftpChannel } from "./sftp/sftp-channel.ts";
import { SftpFiles } from "./sftp/sftp-files.ts";

/** Seconds that a server has to say its version of SFTP. */
const greetingTimeout = 30;

/** Whether requests may be sent before the server has said its version: OpenSSH's reads them in order. */
const takesRequestsEarly = (ident: string) => /^SSH-(?:2\.0|1\.99)-OpenSSH_/.test(ident);

const everywhere = new WeakMap<Session, SessionFiles>();

/** A session's files; one for all of its calls. */
export function filesOf(session: Session): SessionFiles {
  let files = everywhere.get(session);
  if (!files) everywhere.set(session, (files = new SessionFiles(session)));
  return files;
}

/**
 * How a session gets at files: one SFTP channel, opened with the first call and kept for the others,
 * given back when nobody uses it and others need a channel, and opened anew when the server has
 * ended it. Where the server has no SFTP, a shell.
 */
class SessionFiles {
  readonly #session: Session;
  #opening: Promise<SftpFiles> | undefined;
  #files: SftpFiles | undefined;
  #hasSftp = true;

  constructor(session: Session) {
    this.#session = session;
    session.onEnd(() => this.#files?.channel.close());
    session.channels.onShortage(() => this.#yield());
  }

  /**
   * Does `work` with the session's files. Where it turns out meanwhile that the server has no SFTP,
   * nothing has been done, and it is done again by a shell.
   */
  async use<T>(call: Call, work: (files: RemoteFiles) => Promise<T>): Promise<T> {
    this.#session.check();
    if (this.#hasSftp) {
      try {
        const files = await this.#sftp(call);
        call.phase = "transfer";
        return await work(files);
      } catch (error) {
        // Where the session was ended meanwhile, that is why.
        this.#session.check();
        if (!(error instanceof NoSftp)) throw error;
        this.#hasSftp = false;
      }
    }
    throw notSupported("the server has no SFTP");
  }

  async #sftp(call: Call): Promise<SftpFiles> {
    if (this.#files?.channel.isOpen) return this.#files;
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    call.enter("open");
    return call.race(this.#opening);
  }

  /** On nobody's account: the call that came first may end before the others that wait. */
  async #open(): Promise<SftpFiles> {
    const channel = await this.#session.openChannel(new Call(new Cancellation()));
    const call = new Call(new Cancellation(), greetingTimeout);
    const { serverIdent } = this.#session.info;
    const isEager = takesRequestsEarly(serverIdent);
    const sftp = new SftpChannel(channel, call, isEager);
    const greeted = call.race(sftp.ready);
    greeted.catch(() => sftp.close()).finally(() => call.dispose());
    if (!isEager) await greeted;
    this.#files = new SftpFiles(sftp, serverIdent, this.#hashes);
    return this.#files;
  }

  readonly #hashes: RemoteFiles["hashes"] = async (path, size, blockSize, call) => {
    // On a server that bears one channel only, a command would wait for the files' own.
    if (this.#session.channels.takesOne) return [];
    return hashesByCommand(this.#session, path, { size, blockSize }, call);
  };

  #yield(): void {
    const channel = this.#files?.channel;
    if (channel?.isOpen && channel.isIdle) channel.close();
  }
}
