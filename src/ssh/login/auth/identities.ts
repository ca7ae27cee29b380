import { homePath } from "../../support/home-path.ts";
import { Agent, AgentError } from "./agent.ts";
import type { AgentKey } from "./agent.ts";
import type { Call } from "../../support/call.ts";
import { certified } from "./certified.ts";
import { defaultPrompts, keySources, namesCertificates } from "./credentials.ts";
import type { Credentials, IdentityFile } from "./credentials.ts";
import { SkipIdentity } from "./identity.ts";
import type { Identity, Skipped } from "./identity.ts";
import { keyFromBytes, readCertificateFile, readKeyFile } from "./key-file.ts";
import type { FoundCertificate, KeyFile, Unlocking } from "./key-file.ts";
import type { Prompter } from "../prompts/prompter.ts";
import { isCertificate } from "./signature.ts";
import { keyFingerprint, readUserCertificate } from "./user-certificate.ts";
import { Malformed } from "../../../codecs/ssh/wire.ts";

/** The keys of one login, with the agent behind some of them. */
export interface Identities {
  readonly all: readonly Identity[];
  /** Those that the call doesn't name, though it names others: they are tried because the agent has them. */
  readonly others: ReadonlySet<Identity>;
  /** The one key that the call names, or the only one there is: without it the login can't succeed. */
  readonly chosen: Identity | undefined;
  readonly skipped: readonly Skipped[];
  /** Ends the conversation with the agent. */
  close(): void;
}

/**
 * Gathers the keys in the order in which they are tried, that of ssh: the certificates that are named;
 * the call's own key; the agent's keys that are among the identity files; the files that the agent
 * doesn't hold, each before the certificate beside it, if the call names them; the agent's other keys,
 * unless `identitiesOnly`; the configuration's files, or the default ones. Of the agent's other keys
 * and of the default ones certificates come first.
 *
 * @throws the call's end
 */
export async function gatherIdentities(
  credentials: Credentials,
  prompter: Prompter,
  call: Call,
): Promise<Identities> {
  const { identityFiles, certificateFiles = [], identitiesOnly = false } = credentials;
  const { passphrase, prompts = defaultPrompts } = credentials;
  const sources = keySources(credentials);
  const skipped: Skipped[] = [];
  const unlocking: Unlocking = { passphrase, prompts, prompter, call };
  const own = ownKey(credentials, unlocking, skipped);
  const files = await readFiles(sources.files, !namesCertificates(credentials), unlocking, skipped);
  const named = await readCertificates(certificateFiles, skipped);
  if (sources.agent === "missing") {
    skipped.push({ path: "agent", reason: "SSH_AUTH_SOCK is not set" });
  }
  const agent =
    typeof sources.agent === "object" ? new Agent(sources.agent.socket, call) : undefined;
  const held = agent ? await listed(agent, skipped) : [];
  const isHeld = (blob: Buffer) => held.some((key) => key.blob.equals(blob));
  const among = ({ blob }: AgentKey) => files.some((file) => isOf(blob, file));
  const usable = identitiesOnly ? held.filter(among) : held;

  const ofAgent = (keys: AgentKey[]) => keys.map((key) => agentIdentity(agent as Agent, key));
  const privateHalves = [...files, own].flatMap((file) => file?.identity ?? []);
  const signers = [...ofAgent(usable), ...privateHalves];
  const withKey = (found: FoundCertificate): Identity[] =>
    unlessSkipped(found.path, skipped, () => certified(found, signers, held));
  const ofFile = (file: KeyFile): Identity[] => {
    const { path, identity, publicKey, certificate } = file;
    const isAgents = publicKey !== undefined && isHeld(publicKey.blob) && file !== own;
    if (publicKey && !identity && !isAgents) {
      skipped.push({ path, reason: "it is a public key, and no agent holds its half" });
    }
    return [
      ...(identity && !isAgents ? [identity] : []),
      ...(certificate && !isHeld(certificate.publicKey.blob) ? withKey(certificate) : []),
    ];
  };
  const isNamed = ({ blob }: AgentKey) => named.some((each) => each.publicKey.blob.equals(blob));
  const isTried = (key: AgentKey) => !isNamed(key) && isUsers(key, skipped);
  const tried = usable.filter(isTried);

  const certificates = named.flatMap(withKey);
  const given = own ? ofFile(own) : [];
  const first = ofAgent(tried.filter(among));
  const later = certificatesFirst(ofAgent(tried.filter((key) => !among(key))));
  const inFiles = files.flatMap(ofFile);
  const isCalls = credentials.filesAreConfigured !== true;
  const areNamed = identityFiles !== undefined && isCalls;
  const unheld = identityFiles ? inFiles : certificatesFirst(inFiles);
  const meant = [...certificates, ...given, ...(identityFiles ? [...first, ...unheld] : [])];
  const all = areNamed
    ? [...certificates, ...given, ...first, ...unheld, ...later]
    : [...certificates, ...given, ...first, ...later, ...unheld];
  const isByCertificate = isCalls && !identityFiles && namesCertificates(credentials);
  const brought = areNamed ? later : isByCertificate ? [...first, ...later, ...unheld] : [];
  return {
    all,
    others: new Set(credentials.agent ? [] : brought),
    chosen: only(meant) ?? only(all),
    skipped,
    close: () => agent?.close(),
  };
}

function only(identities: readonly Identity[]): Identity | undefined {
  return identities.length === 1 ? identities[0] : undefined;
}

function isOf(blob: Buffer, { publicKey, certificate }: KeyFile): boolean {
  return [publicKey, certificate?.publicKey].some((key) => key?.blob.equals(blob) === true);
}

function certificatesFirst(identities: readonly Identity[]): Identity[] {
  const has = ({ known }: Identity) => known !== undefined && isCertificate(known.type);
  return [...identities.filter(has), ...identities.filter((each) => !has(each))];
}

/** Whether a server could accept the agent's key: it is no certificate, or a user's. */
function isUsers(key: AgentKey, skipped: Skipped[]): boolean {
  if (!isCertificate(key.type)) return true;
  const found = unlessSkipped("agent", skipped, () => readUserCertificate(key));
  return found.length > 0;
}

/** What `make` gives, or nothing, and the reason is added to `skipped`. */
function unlessSkipped<T>(path: string, skipped: Skipped[], make: () => T): T[] {
  try {
    return [make()];
  } catch (error) {
    skipped.push(skippedBy(path, error));
    return [];
  }
}

/** @throws the error itself if it isn't about the key */
function skippedBy(path: string, error: unknown): Skipped {
  if (!(error instanceof SkipIdentity)) throw error;
  return { path, reason: error.message };
}

function ownKey(
  { privateKey }: Credentials,
  unlocking: Unlocking,
  skipped: Skipped[],
): KeyFile | undefined {
  if (privateKey === undefined) return undefined;
  const text = Buffer.from(privateKey);
  return unlessSkipped("privateKey", skipped, () => keyFromBytes("privateKey", text, unlocking))[0];
}

async function readFiles(
  files: readonly IdentityFile[],
  besides: boolean,
  unlocking: Unlocking,
  skipped: Skipped[],
): Promise<KeyFile[]> {
  const read: KeyFile[] = [];
  for (const { path, isDefault } of files) {
    try {
      const file = await readKeyFile(path, besides, unlocking);
      if (file) read.push(file);
      else if (!isDefault) skipped.push({ path, reason: "there is no such file" });
    } catch (error) {
      skipped.push(skippedBy(path, error));
    }
  }
  return read;
}

async function readCertificates(
  paths: readonly string[],
  skipped: Skipped[],
): Promise<FoundCertificate[]> {
  const read: FoundCertificate[] = [];
  for (const path of new Set(paths.map(homePath))) {
    try {
      read.push(await readCertificateFile(path));
    } catch (error) {
      skipped.push(skippedBy(path, error));
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
    known: { type, blob },
    publicKey: async () => ({ type, blob }),
    async sign(data, signature) {
      try {
        return await agent.sign(blob, data, signature);
      } catch (error) {
        throw new SkipIdentity(`${agentReason(error)} (${keyFingerprint({ type, blob })})`);
      }
    },
  };
}

/** @throws the error itself if it isn't the agent's */
function agentReason(error: unknown): string {
  if (error instanceof AgentError) return error.message;
  if (error instanceof Malformed) return "the agent answered nonsense";
  throw error;
}
