/**
 * Channels to our agent: ssh2 would relay them by itself, however slowly the agent takes what comes.
 *
 * test/e2e/agent-forwarding.test.ts
 */
import type { Client } from "ssh2";
import { onChannelOpen } from "./channel-open.ts";

/** Our agent among the Unix sockets that the server listens at for us; no path has a NUL. */
export const ourAgent = { path: "\0agent" } as const;

/**
 * Has channels to our agent (auth-agent@openssh.com) told as connections to {@link ourAgent}, while it is
 * lent.
 */
export function knowAgentChannels(client: Client): void {
  const { path: socketPath } = ourAgent;
  onChannelOpen(client, (info) =>
    info.type === "auth-agent@openssh.com"
      ? { ...info, type: "forwarded-streamlocal@openssh.com", data: { socketPath } }
      : info,
  );
}

/** Whether such channels are told, or refused as any that wasn't asked for. */
export function setAgentLent(client: Client, isLent: boolean): void {
  const { _forwardingUnix: known } = client as unknown as {
    _forwardingUnix: Record<string, true>;
  };
  if (isLent) known[ourAgent.path] = true;
  else delete known[ourAgent.path];
}
