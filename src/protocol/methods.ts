import type * as z from "zod/mini";
import * as file from "./file.ts";
import * as fs from "./fs.ts";
import * as forward from "./forward.ts";
import * as lifecycle from "./lifecycle.ts";
import type { Method } from "./method.ts";
import * as program from "./program.ts";
import * as session from "./session.ts";
import * as ssh from "./ssh.ts";

/** Counts up when the contract changes incompatibly. */
export const protocolVersion = 1;

/** Every request of the contract. A method's handler is the file of its name in src/handlers. */
export const methods = {
  initialize: lifecycle.initialize,
  shutdown: lifecycle.shutdown,
  "rpc.discover": lifecycle.discover,
  "daemon.status": lifecycle.status,
  "ssh.new": ssh.new_,
  "session.exec": program.exec,
  "session.shell": program.shell,
  "session.subsystem": program.subsystem,
  "session.connect": program.connect,
  "session.write": program.write,
  "session.closeStdin": program.closeStdin,
  "session.signal": program.signal,
  "session.resize": program.resize,
  "session.windowAdjust": program.windowAdjust,
  "session.scpRecv": session.scpRecv,
  "session.scpSend": session.scpSend,
  "session.scpSendfile": session.scpSendfile,
  "forward.local": forward.local,
  "forward.remote": forward.remote,
  "forward.dynamic": forward.dynamic,
  "forward.close": forward.close,
  "session.disconnect": session.disconnect,
  "session.free": session.free,
  "fs.info": fs.info,
  "fs.stat": fs.stat,
  "fs.lstat": fs.lstat,
  "fs.readdir": fs.readdir,
  "fs.readFile": fs.readFile,
  "fs.writeFile": fs.writeFile,
  "fs.mkdir": fs.mkdir,
  "fs.rm": fs.rm,
  "fs.rmdir": fs.rmdir,
  "fs.unlink": fs.unlink,
  "fs.rename": fs.rename,
  "fs.copyFile": fs.copyFile,
  "fs.link": fs.link,
  "fs.symlink": fs.symlink,
  "fs.readlink": fs.readlink,
  "fs.realpath": fs.realpath,
  "fs.chmod": fs.chmod,
  "fs.chown": fs.chown,
  "fs.utimes": fs.utimes,
  "fs.truncate": fs.truncate,
  "fs.statfs": fs.statfs,
  "fs.open": fs.open_,
  "fs.get": fs.get,
  "fs.put": fs.put,
  "file.read": file.read,
  "file.write": file.write,
  "file.stat": file.stat,
  "file.truncate": file.truncate,
  "file.sync": file.sync,
  "file.close": file.close,
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof methods;

/** A method's params as its handler gets them: bound, validated, defaults filled in. */
export type Params<M extends MethodName> = z.output<ReturnType<(typeof methods)[M]["params"]>>;

/** What a method's handler returns. */
export type Result<M extends MethodName> = z.output<ReturnType<(typeof methods)[M]["result"]>>;
