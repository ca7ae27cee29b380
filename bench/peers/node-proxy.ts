/**
 * The least that a forward could be in Node, as a peer: a TCP proxy without SSH. See ../README.md for what
 * is read and answered.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { serve } from "./serve.ts";

const none = () => Promise.reject(new Error("it has no SSH"));
const options = { allowHalfOpen: true, noDelay: true };

await serve({
  open: async () => {},
  exec: none,
  parallel: none,
  first: none,
  get: none,
  put: none,
  async local(port, to) {
    const server = createServer(options, (near) => {
      const far = connect({ ...options, port: to, host: "127.0.0.1" });
      near.on("error", () => void far.destroy());
      far.on("error", () => void near.destroy());
      near.pipe(far).pipe(near);
    });
    await once(server.listen(port, "127.0.0.1"), "listening");
  },
});
// Open connections would hold it up.
process.exit();
