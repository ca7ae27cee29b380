import { Agent, AgentError } from "./agent.ts";
import type { AgentKey } from "./agent.ts";
import type { Call } from "../../support/call.ts";
import { defaultPrompts, keySources } from "./credentials.ts";
import type { Credentials, IdentityFile } from "./credentials.ts";
import { SkipIdentity } from "./identity.ts";
import type { Identity, Skipped } from "./identity.ts";
import { certified, keyFromBytes, readKeyFile } from "./key-file.ts";
import type { KeyFile, Unlocking } from "./key-file.ts";
import type { Prompter } from "../prompts/prompter.ts";
import { fingerprint } from "../../support/public-key.ts";
import { Malformed } from "../../../codecs/ssh/wire.ts";

/** The keys of one login, with the agent behind some of them. */
export interface Identities {
  readonly all: readonly Identity[];
  /** Of those, the agent's that are tried only because it has them. */
  readonly others: ReadonlySet<Identity>;
  /** The key that the login stands and falls with: the one that the call names, or the only one. */
  readonly chosen: Identity | undefined;
  readonly skipped: readonly Skipped[];
  /** Ends the conversation with the agent. */
  close(): void;
}

/**
 * Gathers the keys in the order in which they are tried: the call's own; certificates; the agent's
 * keys that are among the identity files; the files that the agent doesn't hold, if the call names
 * them; the agent's other keys, unless `identitiesOnly`; the configuration's files, as ssh does.
 *
 * @throws the call's end
 */
export async function gatherIdentities(
  credentials: Credentials,
  prompter: Prompter,
  call: Call,
): Promise<Identities> {
  const {
    passphrase,
    identityFiles,
    identitiesOnly = false,
    prompts = defaultPrompts,
  } = credentials;
  const sources = keySources(credentials);
  const skipped: Skipped[] = [];
  const unlocking: Unlocking = { passphrase, prompts, prompter, call };
  const own = ownKey(credentials, unlocking, skipped);
  const files = await readFiles(sources.files, unlocking, skipped);
  if (sources.agent === "missing") {
    skipped.push({ path: "agent", reason: "SSH_AUTH_SOCK is not set" });
  }
  const agent =
    typeof sources.agent === "object" ? new Agent(sources.agent.socket, call) : undefined;
  const held = agent ? await listed(agent, skipped) : [];
  const among = ({ blob }: AgentKey) => files.some((file) => isOf(blob, file));
  const usable = identitiesOnly ? held.filter(among) : held;
  const isHeld = ({ publicKey }: KeyFile) =>
    publicKey !== undefined && held.some(({ blob }) => blob.equals(publicKey.blob));
  for (const { path, identity } of files.filter((file) => !isHeld(file))) {
    if (!identity)
      skipped.push({ path, reason: "it is a public key, and no agent holds its half" });
  }
  const fromAgent = (keys: AgentKey[]) => keys.map((key) => agentIdentity(agent as Agent, key));
  const certificates = files.flatMap((file) => certificateOf(file));
  const first = fromAgent(usable.filter(among));
  const later = fromAgent(usable.filter((key) => !among(key)));
  const unheld = files.flatMap((file) => (file.identity && !isHeld(file) ? [file.identity] : []));
  const areNamed = identityFiles !== undefined && credentials.filesAreConfigured !== true;
  const all = areNamed
    ? [...own, ...certificates, ...first, ...unheld, ...later]
    : [...own, ...certificates, ...first, ...later, ...unheld];
  const named = identityFiles ? [...own, ...certificates, ...first, ...unheld] : own;
  return {
    all,
    others: new Set(areNamed && !credentials.agent ? later : []),
    chosen: only(named) ?? only(all),
    skipped,
    close: () => agent?.close(),
  };
}

function only(identities: readonly Identity[]): Identity | undefined {
  return identities.length === 1 ? identities[0] : undefined;
}

function isOf(blob: Buffer, { publicKey, certificate }: KeyFile): boolean {
  return Boolean(publicKey?.blob.equals(blob)) || Boolean(certificate?.blob.equals(blob));
}

function certificateOf({ identity, certificate }: KeyFile): Identity[] {
  return identity && certificate ? [certified(identity, certificate)] : [];
}

function ownKey({ privateKey }: Credentials, unlocking: Unlocking, skipped: Skipped[]): Identity[] {
  if (privateKey === undefined) return [];
  try {
    return [keyFromBytes("privateKey", Buffer.from(privateKey), unlocking).identity];
  } catch (error) {
    if (!(error instanceof SkipIdentity)) throw error;
    skipped.push({ path: "privateKey", reason: error.message });
    return [];
  }
}

async function readFiles(
  files: readonly IdentityFile[],
  unlocking: Unlocking,
  skipped: Skipped[],
): Promise<KeyFile[]> {
  const read: KeyFile[] = [];
  for (const { path, isDefault } of files) {
    try {
      const file = await readKeyFile(path, unlocking);
      if (file) read.push(file);
      else if (!isDefault) skipped.push({ path, reason: "there is no such file" });
    } catch (error) {
      if (!(error instanceof SkipIdentity)) throw error;
      skipped.push({ path, reason: error.message });
    }
  }
  return read;
}

/** An agent that is dead, silent or confused is left out. */
async function listed(agent: Agent, skipped: Skipped[]): Promise<AgentKey[]> {
  try {
    return await agent.identities();
  } catch (error) {
    agent.close();
    skipped.push({ path: "agent", reason: agentReason(error) });
    return [];
  }
}

function agentIdentity(agent: Agent, { type, blob }: AgentKey): Identity {
  return {
    path: "agent",
    signing: type.startsWith("sk-") ? "attended" : "costly",
    publicKey: async () => ({ type, blob }),
    async sign(data, signature) {
      try {
        return await agent.sign(blob, data, signature);
      } catch (error) {
        throw new SkipIdentity(`${agentReason(error)} (${fingerprint(blob)})`);
      }
    },
  };
}

/** @throws what isn't of the agent's making */
function agentReason(error: unknown): string {
  if (error instanceof AgentError) return error.message;
  if (error instanceof Malformed) return "the agent answered nonsense";
  throw error;
}
