import { variables } from "../../support/client-environment.ts";
import { homePath } from "../../support/home-path.ts";

/** The methods of a login (ssh_config(5), PreferredAuthentications and those that switch one off). */
export interface AuthMethods {
  /** No others, and in this order; undefined for all in the usual one. */
  readonly preferred: readonly string[] | undefined;
  readonly off: readonly string[];
}

/** The passwords, keys and agent of a login, as a call names them. */
export interface Credentials {
  readonly password?: string | undefined;
  /** A private key's text. */
  readonly privateKey?: string | undefined;
  /** The passphrase of encrypted private keys. */
  readonly passphrase?: string | undefined;
  /** Paths of private keys, or of public ones whose private half the agent holds. */
  readonly identityFiles?: readonly string[] | undefined;
  /** Paths of certificates, whose keys are among the others; those beside identity files don't count then. */
  readonly certificateFiles?: readonly string[] | undefined;
  /** The identity files are the configuration's, and come behind the agent's other keys, as with ssh. */
  readonly filesAreConfigured?: boolean | undefined;
  /** The agent's socket; `true` for that of SSH_AUTH_SOCK. */
  readonly agent?: boolean | string | undefined;
  /** Of the agent's keys only those that are among the identity files. */
  readonly identitiesOnly?: boolean | undefined;
  readonly methods?: AuthMethods | undefined;
  /** What keys may sign with, best first, where it isn't the usual (ssh_config(5), PubkeyAcceptedAlgorithms). */
  readonly publicKeyAlgorithms?: readonly string[] | undefined;
  /** How often a password or a passphrase is asked for (ssh_config(5), NumberOfPasswordPrompts). */
  readonly prompts?: number | undefined;
}

/** OpenSSH's default (ssh_config(5), NumberOfPasswordPrompts). */
export const defaultPrompts = 3;

export interface IdentityFile {
  readonly path: string;
  /** Whether it is one of the default files, which are ignored if they don't exist, as ssh does. */
  readonly isDefault: boolean;
}

/** What ssh_config(5) has for IdentityFile, less the keys that only an agent can use. */
export const defaultIdentityFiles = ["~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ed25519"];

/** The socket of the user's agent, unless it is set to nothing. */
const userAgent = () => variables()["SSH_AUTH_SOCK"] || undefined;

/** The socket of the agent that a session may lend: the call's own, else the user's. */
export const agentToLend = ({ agent }: Credentials) =>
  typeof agent === "string" ? homePath(agent) : userAgent();

/** Whether there are certificates whose keys are wanted. */
export const namesCertificates = ({ certificateFiles = [] }: Credentials) =>
  certificateFiles.length > 0;

/**
 * What is named in the call is used, and nothing else; where nothing is named, what `ssh` uses: its
 * default identity files, and the agent. Identity files bring the agent with them, as with `ssh -i`:
 * it may hold their decrypted halves. Certificates have their keys looked for as where nothing is named,
 * unless keys are.
 */
export function keySources(credentials: Credentials): {
  files: IdentityFile[];
  /** `missing`: it was asked for, and SSH_AUTH_SOCK isn't set. */
  agent: { socket: string } | "missing" | undefined;
} {
  const { password, privateKey, identityFiles, agent, identitiesOnly = false } = credentials;
  const byPassword = password !== undefined && !namesCertificates(credentials);
  const named = byPassword || privateKey !== undefined || Boolean(agent);
  const files = (
    identityFiles ?? (!named || (identitiesOnly && Boolean(agent)) ? defaultIdentityFiles : [])
  ).map((path) => ({ path: homePath(path), isDefault: identityFiles === undefined }));
  if (typeof agent === "string") return { files, agent: { socket: homePath(agent) } };
  const wanted = agent ?? (identityFiles !== undefined || !named);
  const socket = wanted ? userAgent() : undefined;
  if (socket !== undefined) return { files, agent: { socket } };
  return { files, agent: agent === true ? "missing" : undefined };
}
