import { Cancellation } from "../../protocol/cancellation.ts";
import { Call } from "../support/call.ts";
import type { Session } from "../connection/session.ts";
import { notSupported } from "./support/remote-error.ts";
import type { RemoteFiles } from "./support/remote-files.ts";
import { hashesByCommand } from "./support/remote-hashes.ts";
import { printable } from "../../codecs/text/printable.ts";
import type { SessionChannel } from "../connection/channels/channel.ts";
import { Failure } from "../../protocol/errors.ts";
import { ShellChannel } from "./shell/shell-channel.ts";
import { ShellFiles } from "./shell/shell-files.ts";
import type { Lane, Lanes } from "./tree/spread.ts";
import { NoSftp, SftpChannel } from "./sftp/sftp-channel.ts";
import { SftpFiles } from "./sftp/sftp-files.ts";

/** Channels that are left free for commands when a large file is spread over several. */
const leftForCommands = 2;

/** Seconds that a server has to say its version of SFTP. */
const greetingTimeout = 30;

/** A script that prints on stderr which command is missing. */
const probe = Buffer.from(
  "for t in ls dd head mv rm ln cat mkdir rmdir chmod readlink touch; do " +
    'command -v $t >/dev/null || { echo "$t" >&2; exit 1; }; done; ' +
    'ls -ldn --full-time . >/dev/null 2>&1 || { echo "ls --full-time" >&2; exit 1; }',
);

const noWay =
  "the server has neither SFTP nor a POSIX shell, so that its files can't be reached: " +
  "session.exec and session.shell run what it has of its own";

/** Kinds of failure that mean that the server can run no `sh`. */
const noShell: ReadonlySet<string> = new Set([
  "ChannelRequestDenied",
  "RemoteFileError",
  "Timeout",
]);

type Way = SftpFiles | ShellFiles;

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
  #opening: Promise<Way> | undefined;
  #files: Way | undefined;
  #hasSftp = true;
  readonly #lanes = new Set<{ isWanted: boolean }>();
  /** Calls that are at work, and may just be busy elsewhere. */
  #users = 0;

  constructor(session: Session) {
    this.#session = session;
    const stopYielding = session.channels.onShortage(() => this.#yield());
    session.onEnd(() => {
      stopYielding();
      this.#files?.channel.close();
    });
  }

  /**
   * Does `work` with the session's files. Where it turns out meanwhile that the server has no SFTP,
   * nothing has been done, and it is done again by a shell.
   */
  async use<T>(call: Call, work: (files: RemoteFiles) => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await this.#use(call, work);
    } finally {
      this.#users -= 1;
    }
  }

  async #use<T>(call: Call, work: (files: RemoteFiles) => Promise<T>): Promise<T> {
    this.#session.check();
    if (this.#hasSftp) {
      try {
        return await work(await this.#way(call));
      } catch (error) {
        // If the session was ended meanwhile, that is the cause.
        this.#session.check();
        if (!(error instanceof NoSftp)) throw error;
        this.#hasSftp = false;
      }
    }
    return work(await this.#way(call));
  }

  async #way(call: Call): Promise<Way> {
    if (!this.#files?.channel.isOpen) {
      this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
      call.enter("open");
      await call.race(this.#opening);
    }
    call.phase = "transfer";
    return this.#files as Way;
  }

  /** In a call of its own: the first caller's may end while others wait. */
  async #open(): Promise<Way> {
    const channel = await this.#session.openChannel(new Call(new Cancellation()));
    this.#files = await (this.#hasSftp
      ? this.#startSftp(channel, new Cancellation())
      : this.#startShell(channel));
    return this.#files;
  }

  async #startSftp(channel: SessionChannel, cancellation: Cancellation): Promise<SftpFiles> {
    const call = new Call(cancellation, greetingTimeout);
    const { serverIdent } = this.#session.info;
    const isEager = takesRequestsEarly(serverIdent);
    const sftp = new SftpChannel(channel, call, isEager);
    const greeted = call.race(sftp.ready);
    greeted.catch(() => sftp.close()).finally(() => call.dispose());
    if (!isEager) await greeted;
    return new SftpFiles(sftp, serverIdent, this.#hashes);
  }

  async #startShell(channel: SessionChannel): Promise<ShellFiles> {
    const call = new Call(new Cancellation(), greetingTimeout);
    const shell = new ShellChannel(channel, call);
    try {
      const { code, stderr } = await shell.run(probe, call);
      if (code !== 0) {
        const lacks = printable(stderr, 200) || "what it takes";
        throw notSupported(`the server has no SFTP, and its shell lacks ${lacks}`);
      }
      return new ShellFiles(shell);
    } catch (error) {
      shell.close();
      const isNoShell = error instanceof Failure && noShell.has(error.kind);
      throw isNoShell ? notSupported(noWay) : error;
    } finally {
      call.dispose();
    }
  }

  /** Further channels for one large file; none by a shell. */
  get lanes(): Lanes | undefined {
    const way = this.#files;
    if (!(way instanceof SftpFiles)) return undefined;
    return {
      roundTrip: way.channel.roundTrip,
      open: (cancellation) => this.#openLane(cancellation),
    };
  }

  async #openLane(cancellation: Cancellation): Promise<Lane | undefined> {
    const { channels } = this.#session;
    if (channels.spare <= leftForCommands) return undefined;
    const opening = this.#session.openChannel(new Call(cancellation), { isExtra: true });
    // If it is refused, the file goes over the channels that there are.
    const channel = await opening.catch(() => undefined);
    if (!channel) return undefined;
    if (cancellation.isRequested) {
      channel.close();
      return undefined;
    }
    const greeting = new Cancellation();
    cancellation.onRequest(() => greeting.request());
    const files = await this.#startSftp(channel, greeting).catch(() => undefined);
    if (!files) return undefined;
    const lane = { isWanted: true };
    this.#lanes.add(lane);
    return {
      files,
      mayGoOn: () => lane.isWanted,
      close: () => {
        this.#lanes.delete(lane);
        files.channel.close();
      },
    };
  }

  readonly #hashes: RemoteFiles["hashes"] = async (path, size, blockSize, call) => {
    // A server that bears one channel only: a command would have to wait for this one.
    if (this.#session.channels.takesOne) return [];
    // One that takes no more channels has the command wait for the files' own.
    this.#users -= 1;
    try {
      return await hashesByCommand(this.#session, path, { size, blockSize }, call);
    } finally {
      this.#users += 1;
    }
  };

  #yield(): void {
    // Lent channels are given back as soon as what they are writing is done.
    for (const lane of this.#lanes) lane.isWanted = false;
    const channel = this.#files?.channel;
    if (this.#users === 0 && channel?.isOpen && channel.isIdle) channel.close();
  }
}
