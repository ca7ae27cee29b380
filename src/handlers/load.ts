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
  "session.write": () => import("./session.write.ts"),
  "session.closeStdin": () => import("./session.closeStdin.ts"),
  "session.signal": () => import("./session.signal.ts"),
  "session.windowAdjust": () => import("./session.windowAdjust.ts"),
  "session.scpRecv": () => import("./session.scpRecv.ts"),
  "session.scpSend": () => import("./session.scpSend.ts"),
  "session.scpSendfile": () => import("./session.scpSendfile.ts"),
  "session.disconnect": () => import("./session.disconnect.ts"),
  "session.free": () => import("./session.free.ts"),
};

const loaded = new Map<MethodName, Handler>();

/** Loads the handler of a method: the default export of the file of its name, when it is first used. */
export async function loadHandler(method: MethodName): Promise<Handler> {
  // import() looks for the module anew each time, which takes longer than many a method's work.
  const handler = loaded.get(method) ?? (await files[method]()).default;
  loaded.set(method, handler);
  return handler;
}
