/**
 * The process of {@link decryptKey}. Whoever wrote the key chose how long its derivation takes, and
 * OpenSSL can't be interrupted in it: a thread that is at it outlives `terminate`, and a process
 * can't exit before it. So it is in a process that can be killed; and in a thread there, so that the
 * process sees its daemon's end, whatever that was.
 */
import { Worker } from "node:worker_threads";

process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.once("message", (workerData) => {
  const worker = new Worker(new URL("./decrypt-worker.js", import.meta.url), { workerData });
  worker.once("message", (reply) => process.send?.(reply));
});
