import type { Transport } from "../flow/transport.ts";

export interface KeepaliveOptions {
  /** Seconds of silence before the server is asked for a sign of life; 0 for never. */
  readonly interval: number;
  /** So many questions may go unanswered, one interval each. */
  readonly countMax: number;
}

/**
 * Finds out that a server is gone that says nothing any more, as OpenSSH's ServerAliveInterval and
 * ServerAliveCountMax do: within `interval` × (`countMax` + 1) seconds of its last byte, whatever
 * that was. (ssh2's own counts answers to its questions only, which may wait behind bulk data.)
 *
 * @param ping asks for a sign of life
 * @param lost told once, when none has come
 */
export function startKeepalive(
  transport: Transport,
  { interval, countMax }: KeepaliveOptions,
  ping: () => void,
  lost: () => void,
): void {
  if (interval === 0) return;
  let asked = 0;
  const timer = setInterval(() => {
    if (asked === countMax) {
      clearInterval(timer);
      lost();
    } else {
      asked += 1;
      ping();
    }
  }, interval * 1000);
  transport.on("data", () => {
    asked = 0;
    timer.refresh();
  });
  transport.on("close", () => clearInterval(timer));
}
