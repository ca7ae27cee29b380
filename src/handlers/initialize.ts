import { limits } from "../protocol/limits.ts";
import { methods, protocolVersion } from "../protocol/methods.ts";
import { notifications } from "../protocol/notifications.ts";
import { handler } from "./support/handler.ts";

export default handler(
  "initialize",
  ({ processId, capabilities = {}, environment }, { daemon, scope, client }) => {
    if (typeof processId === "number") {
      scope.process = processId;
      scope.followProcess(processId);
    }
    if (environment) scope.environment = environment;
    const { binaryFrames } = client.agree(capabilities);
    return {
      serverInfo: { name: "sshrpc", version: daemon.version },
      protocolVersion,
      capabilities: {
        methods: Object.keys(methods),
        encodings: ["utf8", "base64", ...(binaryFrames ? ["binary"] : [])],
        binaryFrames,
        notifications: Object.keys(notifications),
      },
      limits: { ...limits },
    };
  },
);
