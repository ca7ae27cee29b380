import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Failure } from "../../../src/protocol/errors.ts";
import type { Method } from "../../../src/protocol/method.ts";
import { methods } from "../../../src/protocol/methods.ts";
import type { MethodName } from "../../../src/protocol/methods.ts";
import { terminalModes } from "../../../src/protocol/terminal-modes.ts";
import { bindParams } from "../../../src/server/peer/bind-params.ts";
import { checkParams } from "../../../src/server/peer/check-params.ts";

function take(name: MethodName, params?: unknown[] | Record<string, unknown>): unknown {
  const { positional, objects, params: schema }: Method = methods[name];
  return checkParams(schema(), bindParams(params, positional, objects));
}

const exec = {
  session: 1,
  command: "x",
  streams: "concatenated",
  stream: false,
  openStdin: false,
};

const tunnel = {
  session: 1,
  bind: { host: "127.0.0.1", port: 0 },
  to: { host: "127.0.0.1", port: 80 },
};

const bound: [MethodName, unknown[] | Record<string, unknown> | undefined, object][] = [
  ["shutdown", undefined, {}],
  ["shutdown", {}, {}],
  ["shutdown", [], {}],
  ["shutdown", [{}], {}],
  ["forward.local", [1, { port: 0 }, { port: 80 }], tunnel],
  ["forward.local", [1, { port: 0 }, { port: 80 }, { timeout: 3 }], { ...tunnel, timeout: 3 }],
  ["forward.local", [1, [], { to: { port: 80 } }], tunnel],
  ["forward.local", [1, { bind: {}, to: { port: 80 } }], tunnel],
  ["forward.local", { session: 1, to: { port: 80 } }, tunnel],
  ["forward.local", { session: 1, bind: null, to: { port: 80 } }, tunnel],
  ["forward.local", [1, null, { port: 80 }], tunnel],
  ["forward.local", [1, { to: { port: 80 } }], tunnel],
  ["forward.remote", [1, null, { port: 80 }], tunnel],
  ["forward.remote", { session: 1, to: { port: 80 } }, tunnel],
  ["forward.dynamic", [1], { session: 1, bind: tunnel.bind }],
  ["forward.dynamic", [1, null, { timeout: 3 }], { session: 1, bind: tunnel.bind, timeout: 3 }],
  ["forward.dynamic", { session: 1, bind: null }, { session: 1, bind: tunnel.bind }],
  ["forward.dynamic", [1, { path: "/s" }], { session: 1, bind: { path: "/s" } }],
  ["session.exec", { session: 1, command: "x" }, exec],
  ["session.exec", [1, "x"], exec],
  ["session.exec", [1, "x", 2.5], { ...exec, timeout: 2.5 }],
  ["session.exec", [1, "x", null], exec],
  ["session.exec", [1, "x", null, { streams: "separate" }], { ...exec, streams: "separate" }],
  ["session.exec", [1, "x", { timeout: 3 }], { ...exec, timeout: 3 }],
  ["session.exec", [1, "x", null, { timeout: 3 }], { ...exec, timeout: 3 }],
  ["session.exec", [1, { command: "x" }], exec],
  ["session.exec", [{ session: 1, command: "x" }], exec],
  [
    "session.exec",
    [1, "x", { pty: {} }],
    { ...exec, pty: { term: "xterm", columns: 80, rows: 24, width: 0, height: 0 } },
  ],
  ["session.exec", [1, "x", []], exec],
  ["session.exec", [1, "x", 5, []], { ...exec, timeout: 5 }],
  ["session.exec", [1, "x", { env: [] }], { ...exec, env: {} }],
  [
    "session.exec",
    { session: 1, command: "x", pty: [] },
    { ...exec, pty: { term: "xterm", columns: 80, rows: 24, width: 0, height: 0 } },
  ],
  ["ssh.new", ["h", { algorithms: [] }], { host: "h", algorithms: {} }],
  ["initialize", { capabilities: [] }, { capabilities: {} }],
  ["session.disconnect", [1], { session: 1, reason: 11, description: "Normal Shutdown" }],
  ["session.exec", { session: 1, command: "x", timeout: null, stdin: null, env: null }, exec],
  ["session.exec", [1, "x", { timeout: null, streams: null }], exec],
  ["session.exec", [1, "x", { env: { A: null, B: "b" } }], { ...exec, env: { B: "b" } }],
  ["initialize", [5, { capabilities: {} }], { processId: 5, capabilities: {} }],
  [
    "ssh.new",
    ["h", { knownHosts: "f", algorithms: { cipher: "aes128-ctr" } }],
    { host: "h", knownHosts: ["f"], algorithms: { cipher: ["aes128-ctr"] } },
  ],
  ["ssh.new", ["h", null, "u"], { host: "h", username: "u" }],
  ["initialize", { processId: null, rootUri: "x" }, { processId: null, rootUri: "x" }],
];

const refused: [MethodName, unknown[] | Record<string, unknown>, path: string, reason: string][] = [
  ["shutdown", [1], "params", "takes at most 0 by position"],
  ["session.exec", [1, "x", 1, 1], "params", "takes at most 3 by position"],
  ["session.exec", [1, "x", {}, {}], "timeout", "must be a number"],
  ["session.exec", [1, { session: 1 }], "session", "is given both by position and by name"],
  ["session.exec", {}, "session", "is missing"],
  ["session.exec", [1], "command", "is missing"],
  ["session.exec", { session: "1", command: "x" }, "session", "must be a number"],
  ["session.exec", [1.5, "x"], "session", "must be an integer"],
  ["session.exec", [0, "x"], "session", "must be more than 0"],
  [
    "session.exec",
    [1, 5],
    "command",
    "must be a string, or [offset, length] within the frame's binary part",
  ],
  ["session.exec", [1, "x", "1"], "timeout", "must be a number"],
  ["session.exec", [1, "x", { foo: 1 }], "foo", "there is no such param"],
  ["session.exec", { session: 1, comand: "x" }, "comand", "there is no such param"],
  ["session.exec", { session: 1, command: null }, "command", "is missing"],
  ["ssh.new", ["h", { identityFiles: [null] }], "identityFiles.0", "must be a string"],
  ["session.exec", [1, "x", { pty: { x: 1 } }], "pty.x", "there is no such param"],
  ["session.exec", [1, "x", { pty: { rows: 0 } }], "pty.rows", "must be at least 1"],
  [
    "session.shell",
    [1, { pty: { modes: { ECHO: 0, NOPE: 1 } } }],
    "pty.modes.NOPE",
    `is no terminal mode: there are ${terminalModes.join(", ")} (RFC 4254 §8)`,
  ],
  [
    "session.exec",
    [1, "x", { pty: { modes: { ECHO: -1 } } }],
    "pty.modes.ECHO",
    "must be at least 0",
  ],
  ["session.exec", [1, "x", { pty: { modes: 1 } }], "pty.modes", "must be an object"],
  [
    "session.exec",
    [1, "x", { pty: { columns: 2 ** 32 } }],
    "pty.columns",
    "must be at most 4294967295",
  ],
  ["session.exec", [1, "x", { env: { PATH: 1 } }], "env.PATH", "must be a string"],
  ["session.exec", [1, "x", { env: { "A=B": "" } }], "env.A=B", "must be a variable's name"],
  ["session.exec", [1, "x", { env: [1] }], "env", "must be an object"],
  ["session.exec", [1, "x", { encoding: "utf16" }], "encoding", 'must be one of "utf8", "base64"'],
  ["session.exec", [1, "x", { maxOutput: -1 }], "maxOutput", "must be at least 0"],
  [
    "session.exec",
    JSON.parse('{"__proto__":{"session":1}}'),
    "__proto__",
    "there is no such param",
  ],
  ["shutdown", JSON.parse('[{"__proto__":1}]'), "__proto__", "there is no such param"],
  ["shutdown", { hasOwnProperty: 1 }, "hasOwnProperty", "there is no such param"],
  ["session.scpRecv", [1, "a", ""], "dest", "must not be empty"],
  ["ssh.new", ["h", 65_536, "u"], "port", "must be at most 65535"],
  ["ssh.new", ["h", 22, ""], "username", "must not be empty"],
  ["ssh.new", ["h", 22, "u\0"], "username", "must not contain NUL"],
  ["ssh.new", ["h", 22, "u", "p\0"], "password", "must not contain NUL"],
  ["ssh.new", ["h", 22, "u", "\ud800"], "password", "must be well-formed Unicode"],
  ["session.scpRecv", [1, "x", "\ud800"], "dest", "must be well-formed Unicode"],
  ["session.scpSendfile", [1, "\ud800", "x"], "source", "must be well-formed Unicode"],
  ["ssh.new", ["[::1]"], "host", "must be a host name or an IP address, without brackets"],
];

describe("server: params", () => {
  for (const [method, params, expected] of bound) {
    it(`${method} ${JSON.stringify(params)}`, () => {
      assert.deepEqual(take(method, params), expected);
    });
  }

  for (const [method, params, path, reason] of refused) {
    it(`refuses ${method} ${JSON.stringify(params).slice(0, 80)}`, () => {
      assert.throws(
        () => take(method, params),
        (error) => {
          assert.ok(error instanceof Failure);
          assert.equal(error.kind, "InvalidParams");
          assert.equal(error.message, `${path}: ${reason}`);
          assert.deepEqual(error.data, { path, reason, dispatched: "no" });
          return true;
        },
      );
    });
  }

  it("says no more of a long name than its beginning", () => {
    const name = "x".repeat(1e6);
    assert.throws(
      () => take("shutdown", { [name]: 1 }),
      (error) => error instanceof Failure && error.message.length < 300,
    );
  });
});
