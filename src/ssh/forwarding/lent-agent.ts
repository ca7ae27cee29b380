import { invalidParam } from "../../protocol/invalid-param.ts";
import type { Incoming } from "../connection/channels/server-listeners.ts";
import type { Session } from "../connection/session.ts";
import type { Transport } from "../flow/transport.ts";
import { dial } from "./dial.ts";
import { relay } from "./relay.ts";

/** Connections to the agent that a server may have at the same time. */
const maxConnections = 32;

/** The agent of our side, lent to a connection's server while a program runs that may use it. */
class LentAgent {
  users = 0;
  readonly #path: string;
  readonly #open = new Set<Transport>();
  readonly #stop: () => void;
  #pending = 0;
  #isOver = false;

  constructor(session: Session, path: string) {
    this.#path = path;
    this.#stop = session.channels.listeners.lendAgent((incoming) => void this.#take(incoming));
  }

  end(): void {
    this.#isOver = true;
    this.#stop();
    for (const transport of this.#open) transport.destroy();
  }

  async #take({ accept, refuse }: Incoming): Promise<void> {
    if (this.#pending + this.#open.size >= maxConnections) return refuse();
    this.#pending += 1;
    // If the agent is gone, the channel is refused: the program on the server goes on without one.
    const socket = await dial({ path: this.#path }).catch(() => undefined);
    this.#pending -= 1;
    if (this.#isOver || !socket) {
      socket?.destroy();
      return refuse();
    }
    socket.on("error", () => {});
    const transport = accept();
    this.#open.add(transport);
    await relay(transport, socket);
    this.#open.delete(transport);
  }
}

/** One for all sessions of a connection: these have the same agent. */
const lent = new WeakMap<Session["link"], LentAgent>();

/** The socket of the agent that may be lent. @throws {Failure} InvalidParams where there is none */
export function requireAgent({ agent }: Session): string {
  if (agent !== undefined) return agent;
  const reason = "there is no agent: SSH_AUTH_SOCK is not set, and ssh.new named none";
  throw invalidParam("forwardAgent", reason);
}

/**
 * Lends the agent of the session's login to its server (auth-agent@openssh.com).
 *
 * @returns how to take it back, to be called once; connections end with the last one's
 * @throws {Failure} InvalidParams where there is none
 */
export function lendAgent(session: Session): () => void {
  const { link } = session;
  const agent = lent.get(link) ?? new LentAgent(session, requireAgent(session));
  lent.set(link, agent);
  agent.users += 1;
  return () => {
    agent.users -= 1;
    if (agent.users > 0) return;
    lent.delete(link);
    agent.end();
  };
}
