import { extensionNames, limits, readLimits } from "../../../codecs/sftp/extensions.ts";
import { SftpProtocolError } from "../../../codecs/sftp/errors.ts";
import { joined, PacketReader } from "../../../codecs/sftp/packet-reader.ts";
import { close, init } from "../../../codecs/sftp/requests.ts";
import type { Request } from "../../../codecs/sftp/requests.ts";
import { dataLength, readPieces, readVersion } from "../../../codecs/sftp/responses.ts";
import type { Response, Version } from "../../../codecs/sftp/responses.ts";
import { version } from "../../../codecs/sftp/constants.ts";
import { printable } from "../../../codecs/text/printable.ts";
import { Failure } from "../../../protocol/errors.ts";
import type { Call } from "../../support/call.ts";
import type { SessionChannel } from "../../connection/channels/channel.ts";
import { markInOneGo } from "../../support/garbage-collection.ts";
import { brokenWay } from "../support/remote-error.ts";
import { Gate } from "../support/gate.ts";
import { decoded } from "./replies.ts";

/** Bytes of a request's data that every server takes (the draft's §3). */
const usualLength = 32 * 1024;
/** The most that is asked for in one request: OpenSSH's own limit, a packet less what is around it. */
const longestLength = 255 * 1024;
/** Requests under way: OpenSSH's client has 64, and servers that say nothing get no more. */
const usualRequests = 64;
const mostRequests = 4096;
/** Bytes under way, of both directions: 400 MB/s over 50 ms. What comes may wait for a slow disk, in memory. */
export const mostBytes = 20 * 1024 * 1024;
/** Handles that are open at once, of the files of a tree. */
const usualHandles = 32;
const mostHandles = 512;
/** What a request counts whose data is none. */
const smallCost = 1024;
/** Packets are gathered up to this, one packet of the channel. */
const gathered = 32 * 1024;
/** Bytes that are kept of what the server writes to stderr. */
const stderrKept = 1024;

/** The server has no SFTP: nothing was done, and it can be done another way. */
export class NoSftp extends Error {
  override name = "NoSftp";
}

interface Pending {
  /** Gone when it is settled. */
  settle: Settle | undefined;
  readonly cost: number;
}

interface Settle {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

interface Asking extends Settle {
  readonly onSent?: () => void;
  readonly onTaken?: (() => void) | undefined;
}

interface Outgoing {
  readonly packet: Buffer;
  readonly onTaken?: (() => void) | undefined;
}

/** What a server takes. */
export interface ServerLimits {
  /** Bytes of one request. */
  readonly readLength: number;
  readonly writeLength: number;
  /** Open at once. */
  readonly handles: number;
}

/** One channel on which SFTP is spoken: requests go out side by side, replies find theirs. */
export class SftpChannel {
  /** Resolves when the server has said its version; rejects with {@link NoSftp} where it has none. */
  readonly ready: Promise<Version>;
  /** Resolves when it is known what the server takes. */
  readonly limits: Promise<ServerLimits>;
  /** Rejects when nothing more can be asked. */
  readonly ended: Promise<never>;
  readonly #channel: SessionChannel;
  readonly #reader = new PacketReader();
  readonly #pending = new Map<number, Pending>();
  readonly #gate = new Gate(usualRequests, mostBytes);
  #outgoing: Outgoing[] = [];
  #isSending = false;
  #lastId = 0;
  #openHandles = 0;
  #greeted = false;
  #isOpenSsh = false;
  readonly #isEager: boolean;
  #settleReady!: { resolve: (version: Version) => void; reject: (error: unknown) => void };
  #end!: (error: unknown) => void;
  #failure: unknown;
  #stderr = "";

  /**
   * Starts SFTP on a channel, with its first packets right behind the request.
   *
   * @param eager the server takes requests before it has said its version: then nothing waits for it
   */
  constructor(channel: SessionChannel, call: Call, eager: boolean) {
    // From the first use of files on, as for other transfers.
    markInOneGo();
    this.#channel = channel;
    this.#isEager = eager;
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.ready.catch(() => {});
    this.ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    this.ended.catch(() => {});
    channel.onOutput((stream, chunk) => {
      channel.consumed(chunk.length);
      if (stream === "stdout") this.#take(bufferOf(chunk));
      else if (this.#stderr.length < stderrKept)
        this.#stderr += Buffer.from(chunk).toString("utf8");
    });
    const started = channel.start({ subsystem: "sftp" }, call);
    this.#write({ packet: init() });
    this.limits = eager ? this.#askLimits() : this.ready.then((found) => this.#findLimits(found));
    this.limits.catch(() => {});
    started.catch((error: unknown) => this.#fail(this.#whyNot(error)));
    channel.closed.then(
      () => this.#fail(this.#whyClosed()),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Whether it is known to be OpenSSH's server, which keeps to what POSIX says. */
  get isOpenSsh(): boolean {
    return this.#isOpenSsh;
  }

  /** Whether the server has an extension. */
  async has(extension: string, call: Call): Promise<boolean> {
    return (await call.race(this.ready)).extensions.has(extension);
  }

  /** Whether more can be asked. */
  get isOpen(): boolean {
    return this.#failure === undefined && this.#channel.isOpen;
  }

  /** Whether nobody uses it: no request is under way, and no file is open. */
  get isIdle(): boolean {
    return this.#gate.isEmpty && this.#openHandles === 0;
  }

  /** Milliseconds that the server took to answer, the shortest seen lately. */
  get roundTrip(): number {
    return this.#channel.roundTrip.shortest;
  }

  /** Bytes of replies that should be under way, by the pace at which they came; undefined before enough have. */
  get underWay(): number | undefined {
    return this.#channel.underWay;
  }

  /**
   * Sends a request as soon as there is room for it; gives its reply, or the call's end where that
   * comes first.
   *
   * @param cost bytes of data that go, or come with the reply
   * @param onTaken told when the request has left, and its packet may be used for something else
   * @throws {Failure} or {@link NoSftp}
   */
  request(request: Request, call: Call, cost = smallCost, onTaken?: () => void): Promise<Response> {
    call.check();
    // No promise but the one that is given: a tree has several requests for each of its many files.
    return new Promise((resolve, reject) => {
      let isLate = false;
      const onSent = () => {
        call.dispatched = "maybe";
      };
      const answered = (response: Response) => {
        settled();
        call.dispatched = "yes";
        call.progress();
        // A handle that comes too late is nobody's.
        if (isLate && response.type === "handle") this.closeHandle(response.handle);
        resolve(response);
      };
      const failed = (error: unknown) => {
        settled();
        reject(error);
      };
      const settled = call.onEnd((failure) => {
        isLate = true;
        reject(failure);
        withdraw();
      });
      const withdraw = this.#ask(request, cost, {
        resolve: answered,
        reject: failed,
        onSent,
        onTaken,
      });
    });
  }

  /** A file has been opened, or {@link closeHandle closed}. */
  handleOpened(): void {
    this.#openHandles += 1;
  }

  handleClosed(): void {
    this.#openHandles -= 1;
  }

  /** Closes a handle that nobody waits for. */
  closeHandle(handle: Buffer): void {
    this.tell(close(handle));
  }

  /** Sends a request that nobody waits for. */
  tell(request: Request): void {
    if (this.isOpen) this.#ask(request, smallCost, { resolve: () => {}, reject: () => {} });
  }

  /** Ends it; the server's side ends by itself. */
  close(): void {
    if (!this.#channel.isOpen) return;
    this.#channel.eof();
    this.#channel.close();
  }

  /** @returns what withdraws it, as long as it hasn't been sent */
  #ask(request: Request, cost: number, asking: Asking): () => void {
    const { resolve, reject, onSent, onTaken } = asking;
    if (this.#failure !== undefined) {
      reject(this.#failure);
      return () => {};
    }
    return this.#gate.enter(cost, () => {
      if (this.#failure !== undefined) return reject(this.#failure);
      const id = this.#nextId();
      const sentAt = performance.now();
      const answered = (response: Response) => {
        this.#channel.roundTrip.note(performance.now() - sentAt);
        resolve(response);
      };
      this.#pending.set(id, { settle: { resolve: answered, reject }, cost });
      onSent?.();
      this.#write({ packet: request(id), onTaken });
    });
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#pending.has(this.#lastId));
    return this.#lastId;
  }

  #write(outgoing: Outgoing): void {
    this.#outgoing.push(outgoing);
    if (this.#isSending) return;
    this.#isSending = true;
    // What is asked in one moment goes together.
    queueMicrotask(() => void this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    while (this.#outgoing.length > 0 && this.isOpen) {
      // Whether it was taken, or the channel has closed, is told by the replies.
      const outgoing = this.#gather();
      await this.#channel.write(joined(outgoing.map(({ packet }) => packet)));
      for (const { onTaken } of outgoing) onTaken?.();
    }
    this.#outgoing = this.isOpen ? this.#outgoing : [];
    this.#isSending = false;
  }

  #gather(): Outgoing[] {
    let size = 0;
    let count = 0;
    for (const { packet } of this.#outgoing) {
      if (count > 0 && size + packet.length > gathered) break;
      size += packet.length;
      count += 1;
    }
    return this.#outgoing.splice(0, count);
  }

  #take(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      this.#reader.pushPieces(chunk, this.#takePacket);
    } catch (error) {
      if (!(error instanceof SftpProtocolError)) throw error;
      const hint = this.#greeted
        ? ""
        : "; a login file of the account may print text where no terminal is";
      this.#fail(
        brokenWay(`the server broke the SFTP protocol: ${error.message}${hint}`, "EPROTO"),
      );
      this.close();
    }
  }

  readonly #takePacket = (pieces: readonly Buffer[]): void => {
    if (this.#greeted) this.#answer(readPieces(pieces));
    else this.#greet(readVersion(joined(pieces)));
  };

  #greet(found: Version): void {
    if (found.version !== version) {
      throw new SftpProtocolError(`it speaks version ${found.version}, and not ${version}`);
    }
    this.#greeted = true;
    // Another may run as a subsystem of OpenSSH's sshd.
    this.#isOpenSsh = this.#isEager && found.extensions.has("fstatvfs@openssh.com");
    this.#settleReady.resolve(found);
  }

  #answer(response: Response): void {
    const pending = this.#pending.get(response.id);
    if (!pending) throw new SftpProtocolError(`nothing was asked under the id ${response.id}`);
    if (response.type === "data" && dataLength(response) > pending.cost) {
      throw new SftpProtocolError("there are more data than were asked for");
    }
    this.#pending.delete(response.id);
    this.#gate.leave(pending.cost);
    const { settle } = pending;
    // A table that the map has outgrown holds on to what was in it, until V8 marks the whole heap:
    // data that were read must not be reached from there.
    pending.settle = undefined;
    settle?.resolve(response);
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#settleReady.reject(error);
    this.#end(error);
    for (const { settle, cost } of this.#pending.values()) {
      settle?.reject(error);
      this.#gate.leave(cost);
    }
    this.#pending.clear();
    this.#outgoing = [];
  }

  #whyNot(error: unknown): unknown {
    const refused = error instanceof Failure && error.kind === "ChannelRequestDenied";
    return refused ? new NoSftp(error.message) : error;
  }

  /** The subsystem was agreed to, and its program isn't there: sshd tells that by closing. */
  #whyClosed(): unknown {
    if (!this.#greeted && !this.#reader.isInside) {
      return new NoSftp("the server's SFTP ended at once");
    }
    const said = printable(this.#stderr, stderrKept);
    return brokenWay(`the server ended its SFTP${said && `: ${said}`}`, "EPIPE");
  }

  async #findLimits({ extensions }: Version): Promise<ServerLimits> {
    return extensions.has(extensionNames.limits) ? this.#askLimits() : usualLimits;
  }

  async #askLimits(): Promise<ServerLimits> {
    const response = await new Promise<Response>((resolve, reject) => {
      this.#ask(limits(), smallCost, { resolve, reject });
    });
    if (response.type !== "extended") return usualLimits;
    const { readLength, writeLength, openHandles } = decoded(readLimits, response.data);
    this.#gate.mostEntries = mostRequests;
    const length = (most: number) =>
      most === 0 ? usualLength : Math.max(usualLength, Math.min(most, longestLength));
    const handles = openHandles === 0 ? mostHandles : Math.floor(openHandles / 2);
    return {
      readLength: length(readLength),
      writeLength: length(writeLength),
      handles: Math.max(1, Math.min(handles, mostHandles)),
    };
  }
}

const bufferOf = (bytes: Uint8Array) =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

const usualLimits: ServerLimits = {
  readLength: usualLength,
  writeLength: usualLength,
  handles: usualHandles,
};
