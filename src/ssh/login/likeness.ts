import { stat } from "node:fs/promises";
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
 * Adds all that bears on whether a server is trusted, who logs in and with what: two logins that are
 * alike in it come to the same. What files say of the server's key is not in it, as that is looked up
 * each time; see host-keys.ts.
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
    // It says what the server bears.
    maxChannels,
    // Who can be asked gets further.
    ask: ask !== undefined,
    keepalive: eachOwn,
    warnWeakCrypto: eachOwn,
  } satisfies Likeness<Omit<ConnectOptions, "route">>);
  await addCredentials(hash, credentials, call);
}

/** All that something may say, so that nothing is forgotten. */
type Likeness<T> = Readonly<Record<keyof T, unknown>>;

/** What each session has for itself on a connection that it shares. */
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
    // It is compared with each connection's; see shared-links.ts.
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
    // What is lent to the server is the same for all who share a connection.
    agent: [agent, agentToLend(credentials)],
    identitiesOnly,
    methods,
    publicKeyAlgorithms,
    prompts,
  } satisfies Likeness<Credentials>);
  if (privateKey !== undefined) addExpiry(hash, Buffer.from(privateKey));
  for (const { path } of files) {
    for (const suffix of ["", ".pub", "-cert.pub"]) await addFile(hash, `${path}${suffix}`);
  }
  for (const path of certificates ?? []) {
    for (const suffix of ["", ".pub"]) await addFile(hash, `${path}${suffix}`);
  }
  if (typeof agent === "object") await addAgent(hash, agent.socket, call);
}

/** Its mode, too: what others could read is not used. */
async function addFile(hash: KeyedHash, path: string): Promise<void> {
  hash.add(path);
  try {
    const { mode, uid } = await stat(path);
    const bytes = await readBounded(path, maxKeyBytes);
    hash.add([mode, uid]).add(bytes);
    addExpiry(hash, bytes);
  } catch (error) {
    hash.add((error as NodeJS.ErrnoException).code);
  }
}

/** What a certificate has opened is nobody's any more who comes when it has expired. */
function addExpiry(hash: KeyedHash, key: Buffer): void {
  const found = parsePublicKey(key.toString("utf8")) ?? embeddedPublicKey(key);
  if (found) hash.add(hasExpired(found, Date.now() / 1000));
}

/** The keys that it holds now. @throws the call's end */
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
