/**
 * The Go client's tests: gofmt, go vet, go test, of which those with many goroutines under the race detector.
 *
 *   node clients/go/test.mjs [ARGUMENTS OF go test]
 *
 * GO names another go program (/usr/lib/go-1.19/bin/go). Where TEST_COUNTS names a file, it is given
 * { passed, failed, skipped, failures } as JSON. The daemon must have been built.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const folder = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
const go = process.env.GO ?? findGo();
// No network: neither another toolchain nor modules, of which there are none.
const env = {
  ...process.env,
  GOTOOLCHAIN: "local",
  GOFLAGS: "",
  GOPROXY: "off",
  GOWORK: "off",
  GO: go,
  // The compiler, too, is a Go program: with as little memory as by default a fifth of its time is
  // the collector's.
  GOGC: "400",
};
/** The tests with many goroutines. They are run under the race detector alone, which sees all that others would. */
const raced =
  /^Test(ManyGoroutines|Stream.*|Daemon.*|Cancel|Closed|Shared.*|Shell|Dial.*|Forward.*|Listen|File.*|Prompt.*|Reconnect.*|Lost)$/;
const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };

if (go === undefined) {
  skip("everything", "golang-go is not installed");
} else {
  await check("go version", go, ["version"]);
  const gofmt = existsSync(join(dirname(go), "gofmt")) ? join(dirname(go), "gofmt") : "gofmt";
  await check("gofmt", gofmt, ["-l", "-d", "."], (output) => output === "");
  await check("go vet", go, ["vet", "./..."]);
  // The race detector is C: Debian's gcc and libc6-dev.
  const hasDetector = hasProgram("gcc");
  if (!hasDetector) skip("race detector", "gcc is not installed");
  const tests = allTests();
  const isRaced = ({ name, canRace }) => hasDetector && canRace && raced.test(name);
  const only = (some) => ["-run", `^(${some.map(({ name }) => name).join("|")})$`];
  await test([...only(tests.filter((each) => !isRaced(each))), ...process.argv.slice(2)]);
  if (hasDetector) await test(["-race", ...only(tests.filter(isRaced))], "race: ");
}

const summary = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
console.log(`\n${summary}`);
if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;

function skip(name, reason) {
  console.log(`skipped: ${label}${name}: ${reason}`);
  counts.skipped += 1;
}

function hasProgram(name) {
  return (process.env.PATH ?? "").split(":").some((each) => existsSync(join(each, name)));
}

function allTests() {
  return readdirSync(folder)
    .filter((file) => file.endsWith("_test.go"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .flatMap((text) => {
      const canRace = !/^\/\/go:build !race$/m.test(text);
      const names = [...text.matchAll(/^func ((?:Test|Example)\w*)\(/gm)].map(([, name]) => name);
      return names.map((name) => ({ name, canRace }));
    });
}

/** Debian's has a place of its own, which PATH may not have. */
function findGo() {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/lib/go/bin", "/usr/local/go/bin"];
  return folders.map((each) => join(each, "go")).find((path) => existsSync(path));
}

/** Runs a program that succeeds or not, and counts it as a test. */
async function check(name, command, args, isGood = () => true) {
  const output = [];
  const code = await run(command, args, (line) => output.push(line));
  const good = code === 0 && isGood(output.join("\n"));
  counts[good ? "passed" : "failed"] += 1;
  console.log(
    `${good ? "ok" : "FAILED"}: ${name}${good && name !== "go version" ? "" : `\n${output.join("\n")}`}`,
  );
}

/** Runs go test, and shows the output of what failed. */
async function test(options, label = "") {
  const output = new Map();
  // go vet has been run, with more than what go test would have it look for.
  const args = ["test", "-json", "-count=1", "-vet=off", "-timeout=10m", ...options, "./..."];
  const before = counts.failed;
  const code = await run(go, args, (line) => {
    const event = parsed(line);
    if (event === undefined) return console.log(line);
    const name = event.Test ?? event.Package;
    const lines = output.get(name) ?? [];
    output.set(name, lines);
    if (event.Output !== undefined) lines.push(event.Output);
    const kind = { pass: "passed", fail: "failed", skip: "skipped" }[event.Action];
    if (kind === undefined) return;
    if (event.Test !== undefined) counts[kind] += 1;
    if (kind === "skipped") console.log(`skipped: ${label}${name}: ${lines.join("").trim()}`);
    if (kind === "failed") {
      const failure = `${label}${name}\n${lines.join("")}`;
      console.log(`FAILED: ${failure}`);
      if (event.Test !== undefined) counts.failures.push(failure);
    }
    if (kind === "passed" && !name.includes("/"))
      console.log(`ok: ${label}${name} (${event.Elapsed} s)`);
  });
  // A package that fails without a failed test: it didn't build, or left something behind.
  if (code !== 0 && counts.failed === before) counts.failed += 1;
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function run(command, args, onLine) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", onLine);
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 128));
  });
}
