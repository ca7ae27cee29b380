import type { MethodName } from "../protocol/methods.ts";
import type { Handler } from "./support/handler.ts";

/** Each method's file. Written out, so that the bundle (scripts/bundle.mjs) finds them all. */
const files: Readonly<Record<MethodName, () => Promise<{ default: Handler }>>> = {
  initialize: () => import("./initialize.ts"),
  shutdown: () => import("./shutdown.ts"),
  "rpc.discover": () => import("./rpc.discover.ts"),
  "daemon.status": () => import("./daemon.status.ts"),
  "ssh.new": () => import("./ssh.new.ts"),
  "session.exec": () => import("./session.exec.ts"),
  "session.shell": () => import("./session.shell.ts"),
  "session.subsystem": () => import("./session.subsystem.ts"),
  "session.connect": () => import("./session.connect.ts"),
  "session.write": () => import("./session.write.ts"),
  "session.closeStdin": () => import("./session.closeStdin.ts"),
  "session.signal": () => import("./session.signal.ts"),
  "session.resize": () => import("./session.resize.ts"),
  "session.windowAdjust": () => import("./session.windowAdjust.ts"),
  "session.scpRecv": () => import("./session.scpRecv.ts"),
  "session.scpSend": () => import("./session.scpSend.ts"),
  "session.scpSendfile": () => import("./session.scpSendfile.ts"),
  "forward.local": () => import("./forward.local.ts"),
  "forward.remote": () => import("./forward.remote.ts"),
  "forward.dynamic": () => import("./forward.dynamic.ts"),
  "forward.close": () => import("./forward.close.ts"),
  "session.disconnect": () => import("./session.disconnect.ts"),
  "session.free": () => import("./session.free.ts"),
  "fs.info": () => import("./fs.info.ts"),
  "fs.stat": () => import("./fs.stat.ts"),
  "fs.lstat": () => import("./fs.lstat.ts"),
  "fs.readdir": () => import("./fs.readdir.ts"),
  "fs.readFile": () => import("./fs.readFile.ts"),
  "fs.writeFile": () => import("./fs.writeFile.ts"),
  "fs.mkdir": () => import("./fs.mkdir.ts"),
  "fs.rm": () => import("./fs.rm.ts"),
  "fs.rmdir": () => import("./fs.rmdir.ts"),
  "fs.unlink": () => import("./fs.unlink.ts"),
  "fs.rename": () => import("./fs.rename.ts"),
  "fs.copyFile": () => import("./fs.copyFile.ts"),
  "fs.link": () => import("./fs.link.ts"),
  "fs.symlink": () => import("./fs.symlink.ts"),
  "fs.readlink": () => import("./fs.readlink.ts"),
  "fs.realpath": () => import("./fs.realpath.ts"),
  "fs.chmod": () => import("./fs.chmod.ts"),
  "fs.chown": () => import("./fs.chown.ts"),
  "fs.utimes": () => import("./fs.utimes.ts"),
  "fs.truncate": () => import("./fs.truncate.ts"),
  "fs.statfs": () => import("./fs.statfs.ts"),
  "fs.open": () => import("./fs.open.ts"),
  "fs.get": () => import("./fs.get.ts"),
  "fs.put": () => import("./fs.put.ts"),
  "file.read": () => import("./file.read.ts"),
  "file.write": () => import("./file.write.ts"),
  "file.stat": () => import("./file.stat.ts"),
  "file.truncate": () => import("./file.truncate.ts"),
  "file.sync": () => import("./file.sync.ts"),
  "file.close": () => import("./file.close.ts"),
};

const loaded = new Map<MethodName, Handler>();

/**
 * Methods that free or end something. They are loaded early: when the process has no file descriptor
 * left, they are the way out, and couldn't be loaded any more.
 */
const ending = /^shutdown$|\.(?:free|close\w*|disconnect|signal|windowAdjust|rm|unlink)$/;

let endingLoaded: Promise<unknown> | undefined;

/** Loads the handler of a method: the default export of the file of its name, when it is first used. */
export async function loadHandler(method: MethodName): Promise<Handler> {
  if (method === "ssh.new") endingLoaded ??= loadEnding();
  // import() looks for the module anew each time, which takes longer than many a method's work.
  const handler = loaded.get(method) ?? (await files[method]()).default;
  loaded.set(method, handler);
  return handler;
}

/** Called with the first login. An error is ignored here: the method's own call meets it again. */
async function loadEnding(): Promise<void> {
  const names = Object.keys(files).filter((name) => ending.test(name)) as MethodName[];
  await Promise.allSettled(names.map((name) => loadHandler(name)));
}
