import { Malformed } from "../../codecs/ssh/wire.ts";
import { maxKeyBytes } from "../../protocol/limits.ts";
import type { Call } from "../support/call.ts";
import { homePath } from "../support/home-path.ts";
import type { KeyedHash } from "../support/keyed-hash.ts";
import { parsePublicKey } from "../support/public-key.ts";
import { readBounded } from "../support/read-bounded.ts";
import { Agent, AgentError } from "./auth/agent.ts";
import { agentToLend, keySources } from "./auth/credentials.ts";
import type { Credentials } from "./auth/credentials.ts";
import { hasExpired } from "./auth/user-certificate.ts";
import type { ConnectOptions } from "./connect.ts";
import { embeddedPublicKey } from "./keys/private-key.ts";
import type { Trust } from "./trust/host-keys.ts";
import { KnownHostsFiles } from "./trust/known-hosts-files.ts";

/**
 * Adds to the hash all that decides whether a server is trusted, who logs in and with what: two logins
 * with the same hash would have the same result. What files say of the server's key isn't in it, as
 * that is looked up each time; see host-keys.ts.
 *
 * @throws the call's end
 */
export async function addLikeness(
  hash: KeyedHash,
  options: Omit<ConnectOptions, "route">,
  call: Call,
): Promise<void> {
  const { account, trust, credentials, algorithms, rekeyLimit, maxChannels, ask } = options;
  const { host, port, username } = account;
  hash.add({
    account: [host, port, username],
    trust: likenessOf(trust),
    credentials: undefined,
    algorithms,
    rekeyLimit,
    // Set for servers that can't bear several.
    maxChannels,
    // A client that can be asked may get further than one that can't.
    ask: ask !== undefined,
    keepalive: eachOwn,
    warnWeakCrypto: eachOwn,
  } satisfies Likeness<Omit<ConnectOptions, "route">>);
  await addCredentials(hash, credentials, call);
}

/** All fields of T, so that the compiler tells when a new one is forgotten. */
type Likeness<T> = Readonly<Record<keyof T, unknown>>;

/** For fields that don't matter: each session has its own, even on a shared connection. */
const eachOwn = undefined;

function likenessOf(trust: Trust): Likeness<Trust> {
  const { policy, fingerprints, knownHosts, globalKnownHosts, hashKnownHosts = false } = trust;
  const { hostKeyAlias, revokedHostKeys, caSignatureAlgorithms } = trust;
  const { names } = new KnownHostsFiles(knownHosts, globalKnownHosts);
  return {
    policy,
    fingerprints: fingerprints.toSorted(),
    knownHosts: [names, knownHosts?.length],
    globalKnownHosts: globalKnownHosts?.length,
    hostKeyAlias,
    revokedHostKeys,
    caSignatureAlgorithms,
    hashKnownHosts,
    // Compared apart, in shared-links.ts.
    first: undefined,
    warn: eachOwn,
  };
}

async function addCredentials(
  hash: KeyedHash,
  credentials: Credentials,
  call: Call,
): Promise<void> {
  const { password, privateKey, passphrase, identityFiles, certificateFiles } = credentials;
  const { filesAreConfigured, identitiesOnly, methods, publicKeyAlgorithms, prompts } = credentials;
  const { files, agent } = keySources(credentials);
  const certificates = certificateFiles?.map(homePath);
  hash.add({
    password,
    privateKey,
    passphrase,
    identityFiles: identityFiles !== undefined,
    certificateFiles: certificates,
    filesAreConfigured,
    // The agent that is lent to the server is the same for all sessions of a connection.
    agent: [agent, agentToLend(credentials)],
    identitiesOnly,
    methods,
    publicKeyAlgorithms,
    prompts,
  } satisfies Likeness<Credentials>);
  if (privateKey !== undefined) {
    for (const hasEnded of expiryOf(Buffer.from(privateKey))) hash.add(hasEnded);
  }
  await addFiles(
    hash,
    files.map(({ path }) => path),
    ["", ".pub", "-cert.pub"],
  );
  await addFiles(hash, certificates ?? [], ["", ".pub"]);
  if (typeof agent === "object") await addAgent(hash, agent.socket, call);
}

/** Files, each with each suffix: those beside each other are read at the same time, and added in order. */
async function addFiles(
  hash: KeyedHash,
  paths: readonly string[],
  suffixes: readonly string[],
): Promise<void> {
  for (const path of paths) {
    const names = suffixes.map((suffix) => `${path}${suffix}`);
    const read = await Promise.all(names.map((name) => contentOf(name)));
    for (const [index, name] of names.entries()) {
      hash.add(name);
      for (const part of read[index] as unknown[]) hash.add(part);
    }
  }
}

/** A file's content and its mode, as a private key that others can read isn't used; or why there is none. */
async function contentOf(path: string): Promise<unknown[]> {
  try {
    const { found, bytes } = await readBounded(path, maxKeyBytes);
    return [[found.mode, found.uid], bytes, ...expiryOf(bytes)];
  } catch (error) {
    return [(error as NodeJS.ErrnoException).code];
  }
}

/** Once a certificate has expired, nobody else gets a connection that was made with it. */
function expiryOf(key: Buffer): boolean[] {
  const found = parsePublicKey(key.toString("utf8")) ?? embeddedPublicKey(key);
  return found ? [hasExpired(found, Date.now() / 1000)] : [];
}

/** The keys that the agent holds now. @throws the call's end */
async function addAgent(hash: KeyedHash, socket: string, call: Call): Promise<void> {
  const agent = new Agent(socket, call);
  try {
    for (const key of await agent.identities()) {
      hash.add(key.blob).add(hasExpired(key, Date.now() / 1000));
    }
  } catch (error) {
    if (!(error instanceof AgentError) && !(error instanceof Malformed)) throw error;
    hash.add(error.message);
  } finally {
    agent.close();
  }
}
