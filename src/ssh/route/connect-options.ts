import { defaultKeepalive } from "../../protocol/limits.ts";
import type { Params } from "../../protocol/methods.ts";
import type { ConnectOptions } from "../login/connect.ts";
import { defaultIdentityFiles } from "../login/auth/credentials.ts";
import type { Credentials } from "../login/auth/credentials.ts";
import type { HostConfig } from "../config/host-config.ts";
import type { HostKeyPolicy } from "../login/trust/host-keys.ts";
import type { AcceptedHostKey } from "../connection/accepted-host-key.ts";
import type { Account } from "../login/prompts/prompter.ts";
import type { Ask } from "../../protocol/prompt.ts";
import { invalidParam } from "../../protocol/invalid-param.ts";

/** What a login needs of the client. */
export interface LoginClient {
  /** Asks the client's user; undefined where the client can't be asked. */
  readonly ask: Ask | undefined;
  /** Says in the log what its user should know. */
  warn(text: string): void;
}

/** What `ssh.new` says of a login; nothing of it is for the jump hosts on the way. */
export type LoginParams = Omit<Params<"ssh.new">, "host">;

/**
 * How to log in: as the call says, else as the configuration does, else by default.
 *
 * @param first the host key of the first connection, when reconnecting
 * @throws {Failure} InvalidParams where params don't go together
 */
export function connectOptions(
  account: Account,
  params: LoginParams,
  config: HostConfig | undefined,
  client: LoginClient,
  first?: AcceptedHostKey,
): Omit<ConnectOptions, "route"> {
  const ask = config?.batchMode ? undefined : client.ask;
  return {
    account,
    credentials: {
      ...credentialsOf(params, config),
      publicKeyAlgorithms: params.algorithms?.publicKey ?? config?.algorithms.publicKey,
    },
    trust: {
      policy: policyOf(params, config, ask !== undefined),
      fingerprints: params.hostKeyFingerprints ?? [],
      knownHosts: params.knownHosts ?? config?.knownHosts,
      globalKnownHosts: config?.globalKnownHosts,
      hostKeyAlias: config?.hostKeyAlias,
      revokedHostKeys: config?.revokedHostKeys,
      caSignatureAlgorithms: config?.caSignatureAlgorithms,
      hashKnownHosts: config?.hashKnownHosts,
      first,
      warn: (text: string) => client.warn(text),
    },
    maxChannels: params.maxChannels,
    rekeyLimit: config?.rekeyLimit,
    keepalive: {
      interval: params.keepaliveInterval ?? config?.keepaliveInterval ?? defaultKeepalive.interval,
      countMax: params.keepaliveCountMax ?? config?.keepaliveCountMax ?? defaultKeepalive.countMax,
    },
    algorithms: { ...config?.algorithms, ...params.algorithms },
    warnWeakCrypto: params.warnWeakCrypto ?? config?.warnWeakCrypto ?? false,
    ask,
  };
}

function credentialsOf(params: LoginParams, config: HostConfig | undefined): Credentials {
  if (!config) return params;
  const { password, privateKey, passphrase } = params;
  const named = password !== undefined || privateKey !== undefined || Boolean(params.agent);
  // An agent from the configuration is used beside the default files; one from the call replaces them.
  const files = config.identityFiles ?? (config.agent && !named ? defaultIdentityFiles : undefined);
  return {
    password,
    privateKey,
    passphrase,
    identityFiles: params.identityFiles ?? files,
    certificateFiles: params.certificateFiles ?? config.certificateFiles,
    filesAreConfigured: params.identityFiles === undefined,
    agent: params.agent ?? config.agent,
    identitiesOnly: params.identitiesOnly ?? config.identitiesOnly,
    methods: config.methods,
    prompts: config.prompts,
  };
}

function policyOf(
  { hostKeyPolicy, hostKeyFingerprints }: LoginParams,
  config: HostConfig | undefined,
  canAsk: boolean,
): HostKeyPolicy {
  const pinned = hostKeyFingerprints !== undefined;
  const policy =
    hostKeyPolicy ?? (pinned ? "pin" : (configuredPolicy(config, canAsk) ?? "accept-new"));
  if (policy === "pin" && !pinned) {
    throw invalidParam("hostKeyFingerprints", "is missing: pin needs them");
  }
  if (policy !== "pin" && pinned) {
    throw invalidParam("hostKeyFingerprints", "go with the policy pin only");
  }
  return policy;
}

function configuredPolicy(config: HostConfig | undefined, canAsk: boolean) {
  if (config?.hostKeyPolicy !== "ask" || canAsk) return config?.hostKeyPolicy;
  // ssh refuses in BatchMode what it would ask about. `ask` is also what ssh_config(5) has where
  // nothing is configured: where nobody can be asked, our own default holds.
  return config.batchMode ? "strict" : undefined;
}
