import assert from "node:assert/strict";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import type { Link } from "../../../src/ssh/connection/link.ts";
import { Session } from "../../../src/ssh/connection/session.ts";
import { SharedLinks } from "../../../src/ssh/connection/shared-links.ts";
import type { Wanted } from "../../../src/ssh/connection/shared-links.ts";
import { Call } from "../../../src/ssh/support/call.ts";

describe("connections that stay although nobody uses them", () => {
  it("are bounded: the one unused for the longest ends", async () => {
    const links = new SharedLinks(2);
    const closed: string[] = [];
    const open = (name: string) => links.session(wantedAs(name, closed), call());
    const [a, b, c, d] = [await open("a"), await open("b"), await open("c"), await open("d")];
    leave(b);
    leave(a);
    assert.deepEqual(closed, []);
    leave(c);
    assert.deepEqual(closed, ["b"]);
    leave(d);
    assert.deepEqual(closed, ["b", "a"]);
    assert.equal(links.size, 2);
  });
});

const call = () => new Call(new Cancellation());

/** What a session's end does to its connection; the stand-in's session isn't ended in other ways. */
function leave({ link }: Session): void {
  (link.sessions as Set<unknown>).clear();
  left.get(link)?.();
}

const left = new Map<Link, () => void>();

/** A login that makes a stand-in for a connection. */
function wantedAs(name: string, closed: string[]): Wanted {
  const login = async () => {
    const link = {
      sessions: new Set([name]),
      isOpen: true,
      info: {},
      keep: (onLeft: () => void) => left.set(link, onLeft),
      keepalive: { watch: () => () => {} },
      close: async () => void closed.push(name),
    } as unknown as Link;
    const session = Object.create(Session.prototype) as Session;
    return Object.defineProperties(session, {
      link: { value: link },
      onEnd: { value: () => {} },
    });
  };
  return {
    sameness: name,
    firstKey: undefined,
    owner: {},
    persist: 60,
    options: { keepalive: { interval: 0, countMax: 0 }, agent: undefined },
    isTrusted: async () => true,
    login,
  };
}
