/**
 * The links that peers are measured over: TCP proxies on loopback, each with its own delay, in a
 * process of their own so that nobody's work disturbs their timers.
 *
 *   node dist/bench/delay-proxy.js '{"target":{"host":"127.0.0.1","port":2222},"roundTripTimes":[0,50]}'
 *
 * prints a line of JSON, the ports in the same order, and ends with its stdin. There is no limit on
 * the bandwidth.
 */
import { TcpProxy } from "../test/fixtures/tcp-proxy.ts";

export interface Links {
  target: { host: string; port: number };
  /** In milliseconds. Half of it is the delay of each way. */
  roundTripTimes: number[];
}

const { target, roundTripTimes } = JSON.parse(process.argv[2] ?? "{}") as Links;
const proxies = await Promise.all(
  roundTripTimes.map((each) => TcpProxy.start({ target, delay: each / 2 })),
);
console.log(JSON.stringify(proxies.map(({ port }) => port)));
process.stdin.resume().once("end", () => process.exit());
