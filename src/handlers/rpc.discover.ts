import { openRpcDocument } from "../protocol/openrpc.ts";
import { handler } from "./support/handler.ts";

export default handler("rpc.discover", (_params, { daemon }) => ({
  ...openRpcDocument(daemon.version),
}));
