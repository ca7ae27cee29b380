import { handler } from "./support/handler.ts";

export default handler("file.stat", ({ file }, { scope, call }) =>
  scope.files.get(file).stat(call),
);
