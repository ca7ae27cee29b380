import { stat } from "node:fs/promises";
import { maxKeyBytes } from "../../protocol/limits.ts";
import type { Call } from "../support/call.ts";
import { homePath } from "../support/home-path.ts";
import type { KeyedHash } from "../support/keyed-hash.ts";
import { readBounded } from "../support/read-bounded.ts";
import { Agent, AgentError } from "./auth/agent.ts";
import { agentToLend, keySources } from "./auth/credentials.ts";
import type { Credentials } from "./auth/credentials.ts";
import type { ConnectOptions } from "./connect.ts";
import type { Trust } from "./trust/host-keys.ts";
import { KnownHostsFiles } from "./trust/known-hosts-files.ts";
import { Malformed } from "../../codecs/ssh/wire.ts";

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
  const { host, port, username } = options.account;
  hash.add([host, port, username]);
  addTrust(hash, options.trust);
  await addCredentials(hash, options.credentials, call);
  // Who can be asked gets further.
  hash.add([options.algorithms, options.rekeyLimit, options.ask !== undefined]);
  // It says what the server bears.
  hash.add(options.maxChannels);
}

function addTrust(hash: KeyedHash, trust: Trust): void {
  const { policy, fingerprints, hostKeyAlias, hashKnownHosts = false } = trust;
  const { names } = new KnownHostsFiles(trust.knownHosts, trust.globalKnownHosts);
  hash.add([policy, fingerprints.toSorted(), names, trust.knownHosts?.length]);
  hash.add([hostKeyAlias, trust.revokedHostKeys, hashKnownHosts]);
}

async function addCredentials(
  hash: KeyedHash,
  credentials: Credentials,
  call: Call,
): Promise<void> {
  const { password, privateKey, passphrase, identityFiles, filesAreConfigured } = credentials;
  hash.add([password, privateKey, passphrase]);
  hash.add([credentials.methods, credentials.publicKeyAlgorithms, credentials.prompts]);
  hash.add([credentials.identitiesOnly, identityFiles !== undefined, filesAreConfigured]);
  // What is lent to the server is the same for all who share a connection.
  hash.add(agentToLend(credentials));
  const { files, agent } = keySources(credentials);
  for (const { path } of files) {
    for (const suffix of ["", ".pub", "-cert.pub"])
      await addFile(hash, `${homePath(path)}${suffix}`);
  }
  hash.add(typeof agent === "object" ? agent.socket : agent);
  if (typeof agent === "object") await addAgent(hash, agent.socket, call);
}

/** Its mode, too: what others could read is not used. */
async function addFile(hash: KeyedHash, path: string): Promise<void> {
  hash.add(path);
  try {
    const { mode, uid } = await stat(path);
    hash.add([mode, uid]).add(await readBounded(path, maxKeyBytes));
  } catch (error) {
    hash.add((error as NodeJS.ErrnoException).code);
  }
}

/** The keys that it holds now. @throws the call's end */
async function addAgent(hash: KeyedHash, socket: string, call: Call): Promise<void> {
  const agent = new Agent(socket, call);
  try {
    for (const { blob } of await agent.identities()) hash.add(blob);
  } catch (error) {
    if (!(error instanceof AgentError) && !(error instanceof Malformed)) throw error;
    hash.add(error.message);
  } finally {
    agent.close();
  }
}
