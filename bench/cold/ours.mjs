// One command, by sshrpc.
import { connect } from "../../dist/bundle/client/index.mjs";

const { env } = process;
const session = await connect({
  host: env.BENCH_HOST,
  port: Number(env.BENCH_PORT),
  username: env.BENCH_USER,
  identityFiles: [env.BENCH_KEY],
  knownHosts: [env.BENCH_KNOWN_HOSTS],
  agent: false,
  ...(env.BENCH_SHARED && { shared: true, persist: 600 }),
});
console.log((await session.run(`echo ${env.BENCH_ANSWER}`)).stdout);
await session.close();
