// The same by ssh2.
const { readFileSync } = require("node:fs");
const { Client } = require("ssh2");

const { env } = process;
const client = new Client();
client.once("ready", () => {
  client.exec(`echo ${env.BENCH_ANSWER}`, (error, stream) => {
    if (error) throw error;
    stream.pipe(process.stdout);
    stream.once("close", () => client.end());
  });
});
client.connect({
  host: env.BENCH_HOST,
  port: Number(env.BENCH_PORT),
  username: env.BENCH_USER,
  privateKey: readFileSync(env.BENCH_KEY),
});
