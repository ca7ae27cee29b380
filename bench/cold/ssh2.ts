// One command, by ssh2.
import { readFileSync } from "node:fs";
import { Client } from "ssh2";

const { env } = process;
const given = (name: string): string => env[name] ?? "";
const client = new Client();
client.once("ready", () => {
  client.exec(`echo ${given("BENCH_ANSWER")}`, (error, stream) => {
    if (error) throw error;
    stream.pipe(process.stdout);
    stream.once("close", () => client.end());
  });
});
client.connect({
  host: given("BENCH_HOST"),
  port: Number(given("BENCH_PORT")),
  username: given("BENCH_USER"),
  privateKey: readFileSync(given("BENCH_KEY")),
});
