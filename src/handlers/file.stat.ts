import { handler } from "./support/handler.ts";

export default handler("file.stat", ({ file }, { daemon, call }) =>
  daemon.files.get(file).stat(call),
);
