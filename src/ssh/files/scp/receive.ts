import { Failure } from "../../../protocol/errors.ts";
import { sourceCommand } from "../../../codecs/scp/command.ts";
import { ScpReceiver } from "../../../codecs/scp/receiver.ts";
import type { ReceiverEffect } from "../../../codecs/scp/receiver.ts";
import { ByteQueue } from "../../flow/byte-queue.ts";
import type { Call } from "../../support/call.ts";
import { LocalSink } from "../local/sink.ts";
import type { Room } from "../../flow/room.ts";
import type { Progress } from "../support/progress.ts";
import { withPath } from "./path.ts";
import { runScp } from "./run.ts";
import type { ScpRun } from "./run.ts";
import type { Session } from "../../connection/session.ts";

export interface ReceiveOptions {
  readonly source: Uint8Array;
  /** Seconds. */
  readonly idleTimeout: number;
  /** Bytes; a larger file is OutputTooLarge. Undefined: any size. */
  readonly maxSize: number | undefined;
  readonly progress: Progress | undefined;
  readonly room?: Room;
}

interface Sink {
  open(): Promise<void> | undefined;
  write(bytes: Uint8Array): Promise<void> | undefined;
}

/**
 * Receives a remote file into memory.
 *
 * @param options.room while there is none, no more is received
 */
export async function receiveToMemory(
  session: Session,
  options: ReceiveOptions & { room: Room },
  call: Call,
): Promise<{ chunks: readonly Uint8Array[]; size: number }> {
  const collector = new ByteQueue();
  await receive(session, options, call, {
    open: () => undefined,
    write(bytes) {
      call.hold(bytes.length);
      collector.push(bytes);
      const room = options.room();
      // The wait is for the client: the server isn't idle.
      return room && call.whileQueued(room);
    },
  });
  return { chunks: collector.chunks(), size: collector.length };
}

/** Receives a remote file into a local one, which is replaced when the file is whole. */
export async function receiveToFile(
  session: Session,
  options: ReceiveOptions & { dest: string; umask: number },
  call: Call,
): Promise<number> {
  await call.race(LocalSink.check(options.dest));
  let sink: LocalSink | undefined;
  let opening: Promise<LocalSink> | undefined;
  let received = 0;
  try {
    await receive(session, options, call, {
      async open() {
        opening = LocalSink.open(options.dest, options.umask);
        sink = await opening;
      },
      write(bytes) {
        received += bytes.length;
        return sink?.write(bytes);
      },
    });
    if (sink) {
      await call.race(sink.written());
      await sink.commit();
    }
    return received;
  } catch (error) {
    // The call may have ended while the file was being opened.
    await opening?.then(
      (opened) => opened.abandon(),
      () => {},
    );
    throw error;
  }
}

async function receive(
  session: Session,
  { source, idleTimeout, maxSize = Infinity, progress, room }: ReceiveOptions,
  call: Call,
  sink: Sink,
): Promise<void> {
  const exchange = new ScpReceiver({ acknowledgeAhead: true });
  const run: ScpRun<ReceiverEffect> = {
    command: withPath("source", () => sourceCommand(source)),
    exchange,
    idleTimeout,
    ...(room && { room }),
    carryOut(effect, remote) {
      switch (effect.type) {
        case "file": {
          const { size } = effect;
          if (size > maxSize) {
            const message = `the file has ${size} bytes, more than the ${maxSize} that are allowed (maxOutput)`;
            throw new Failure("OutputTooLarge", message, { maxOutput: maxSize });
          }
          const opening = sink.open();
          progress?.begin(size);
          return opening;
        }
        case "data":
          progress?.moved(effect.bytes.length);
          return sink.write(effect.bytes);
        case "write":
          return remote.write(effect.bytes);
        case "done":
          return undefined;
      }
    },
  };
  await runScp(session, run, call, { untilExit: false });
}
