import { ScpError } from "../../../src/codecs/scp/errors.ts";
import type { FileHeader } from "../../../src/codecs/scp/header.ts";
import { ScpReceiver } from "../../../src/codecs/scp/receiver.ts";
import { type OutgoingFile, ScpSender } from "../../../src/codecs/scp/sender.ts";

/** How an exchange went, in full: two runs are the same if these are equal. */
export interface Outcome {
  /** All that was written, one character per byte. */
  written: string;
  error?: string;
  done: boolean;
}

export interface Received extends Outcome {
  file?: FileHeader;
  data: string;
}

/** Bytes from a literal, one per character. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** The bytes whole, split in two at every position, and one by one. */
export function* everySplit(text: string): Generator<Uint8Array[]> {
  const all = bytes(text);
  yield [all];
  for (let at = 1; at < all.length; at++) yield [all.subarray(0, at), all.subarray(at)];
  yield Array.from(all, (_, at) => all.subarray(at, at + 1));
}

/** Gives a receiver what the remote says, then the end of input. */
export function runReceiver(
  chunks: Uint8Array[],
  options: { acknowledgeAhead?: boolean } = {},
): Received {
  const receiver = new ScpReceiver(options);
  const outcome: Received = { written: "", data: "", done: false };
  for (const effect of receiver.start()) outcome.written += latin1(effect.bytes);
  return recordError(outcome, () => {
    for (const chunk of chunks) {
      for (const effect of receiver.receive(chunk)) {
        if (effect.type === "write") outcome.written += latin1(effect.bytes);
        else if (effect.type === "file") outcome.file = { mode: effect.mode, size: effect.size };
        else if (effect.type === "data") outcome.data += latin1(effect.bytes);
        else outcome.done = true;
      }
    }
    receiver.end();
  });
}

/** What the remote says to a sender, and how the sending of the data goes. */
export interface SenderScript {
  file: OutgoingFile;
  data?: string;
  failure?: string;
  beforeDataSent: Uint8Array[];
  afterDataSent?: Uint8Array[];
}

export function runSender(script: SenderScript): Outcome {
  const outcome: Outcome = { written: "", done: false };
  return recordError(outcome, () => {
    const sender = new ScpSender(script.file);
    for (const effect of sender.start()) outcome.written += latin1(effect.bytes);
    let asked = false;
    const receive = (chunks: Uint8Array[]) => {
      for (const chunk of chunks) {
        for (const effect of sender.receive(chunk)) {
          if (effect.type === "sendData") asked = true;
          else outcome.done = true;
        }
      }
    };
    receive(script.beforeDataSent);
    if (asked && script.afterDataSent !== undefined) {
      outcome.written += script.data ?? "";
      for (const effect of sender.dataSent(script.data?.length ?? 0, script.failure)) {
        outcome.written += latin1(effect.bytes);
      }
      receive(script.afterDataSent);
    }
    sender.end();
  });
}

function recordError<T extends Outcome>(outcome: T, run: () => void): T {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ScpError)) throw error;
    outcome.error = `${error.kind}: ${error.message}`;
  }
  return outcome;
}

function latin1(chunk: Uint8Array): string {
  return Buffer.from(chunk).toString("latin1");
}
