import { limits } from "../protocol/limits.ts";
import { methods, protocolVersion } from "../protocol/methods.ts";
import { handler } from "./handler.ts";

export default handler("initialize", ({ processId }, { daemon }) => {
  if (typeof processId === "number") daemon.followProcess(processId);
  return {
    serverInfo: { name: "sshrpc", version: daemon.version },
    protocolVersion,
    capabilities: { methods: Object.keys(methods), encodings: ["utf8", "base64"] },
    limits: { ...limits },
  };
});
