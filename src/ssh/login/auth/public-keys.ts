import type { Call } from "../../support/call.ts";
import type { PublicKey } from "../../support/public-key.ts";
import type { Identities } from "./identities.ts";
import { SkipIdentity } from "./identity.ts";
import type { Identity } from "./identity.ts";
import { maxFailures } from "./progress.ts";
import type { Login, LoginProgress, Outcome } from "./progress.ts";
import { hasChoice, schemesFor, sha1AlgorithmOf } from "./signature.ts";
import type { SignatureScheme } from "./signature.ts";
import { keyFingerprint, refusedKey } from "./user-certificate.ts";
import type { UserAuth } from "../../ssh2/userauth.ts";

/** RSA keys for which the server is asked, at the end, whether it takes them with SHA-1 signatures only. */
const maxSha1Queries = 2;

/** The method `publickey` of one login (RFC 4252 §7): each key once for a factor. */
export class PublicKeys {
  readonly #auth: UserAuth;
  readonly #login: Login;
  readonly #progress: LoginProgress;
  readonly #call: Call;
  readonly #accepted = new Set<Identity>();
  /** RSA keys that the server has refused with SHA-2. */
  readonly #refusedRsa: { identity: Identity; algorithm: string; key: PublicKey }[] = [];

  constructor(auth: UserAuth, login: Login, progress: LoginProgress, call: Call) {
    this.#auth = auth;
    this.#login = login;
    this.#progress = progress;
    this.#call = call;
  }

  /** Tries the keys that `includes` picks, one after the other. */
  async attempt(
    includes: (identities: Identities, identity: Identity) => boolean,
  ): Promise<Outcome> {
    const identities = this.#progress.identities;
    for (const identity of identities?.all ?? []) {
      if (this.#accepted.has(identity)) continue;
      if (!identities || !includes(identities, identity)) continue;
      if (!this.#progress.allows("publickey")) {
        if (this.#progress.failures >= maxFailures) {
          this.#progress.skip(identity, `not tried: ${maxFailures} attempts had failed`);
        }
        continue;
      }
      try {
        const outcome = await this.#publicKey(identity);
        if (outcome !== "refused") {
          this.#accepted.add(identity);
          return outcome;
        }
      } catch (error) {
        if (!(error instanceof SkipIdentity)) throw error;
        this.#progress.skip(identity, error.message);
      }
    }
    return "refused";
  }

  /**
   * Asks, before the login is given up, whether the server takes a refused RSA key with SHA-1: an old
   * server refuses SHA-2 and doesn't say why. The question (RFC 4252 §7) has no signature in it.
   */
  async explainSha1(): Promise<void> {
    for (const { identity, algorithm, key } of this.#refusedRsa.splice(0, maxSha1Queries)) {
      if (!this.#progress.allows("publickey")) return;
      const reply = await this.#call.race(this.#auth.publicKeyQuery(algorithm, key.blob));
      if (reply.type === "keyOk") this.#progress.skip(identity, sha1Only(key));
      else if (reply.type !== "failure") return;
      else this.#progress.failures += 1;
    }
  }

  async #publicKey(identity: Identity): Promise<Outcome> {
    const { type, blob } = await identity.publicKey();
    const schemes = await this.#schemes(type, blob);
    for (const scheme of schemes) {
      if (!this.#progress.allows("publickey")) return "refused";
      const outcome = await this.#signed(identity, scheme, { type, blob });
      if (outcome !== "refused") return outcome;
    }
    const algorithm = sha1AlgorithmOf(type);
    if (algorithm !== undefined && schemes.every((each) => each.algorithm !== algorithm)) {
      this.#refusedRsa.push({ identity, algorithm, key: { type, blob } });
    }
    return "refused";
  }

  async #signed(
    identity: Identity,
    scheme: SignatureScheme,
    { type, blob }: PublicKey,
  ): Promise<Outcome> {
    const { username } = this.#login.account;
    const what = refusedKey(identity.path, { type, blob }, username, Date.now() / 1000);
    if (this.#isAskedAbout(identity)) {
      const reply = await this.#progress.send(
        "publickey",
        this.#auth.publicKeyQuery(scheme.algorithm, blob),
      );
      if (reply.type !== "keyOk") return this.#progress.outcome("publickey", reply, what);
    } else this.#progress.tried.push("publickey");
    const sign = (data: Buffer) => identity.sign(data, scheme.signature);
    const reply = await this.#call.race(this.#auth.publicKey(scheme.algorithm, blob, sign));
    return this.#progress.outcome("publickey", reply, what);
  }

  /**
   * Whether the server is first asked if it would take the key: where a signature needs a person; or
   * takes time, and the key is one of several. Else the question would only cost a round trip.
   */
  #isAskedAbout(identity: Identity): boolean {
    if (identity.signing === "free") return false;
    return identity.signing === "attended" || identity !== this.#progress.identities?.chosen;
  }

  /** @throws {SkipIdentity} */
  async #schemes(type: string, blob: Buffer): Promise<SignatureScheme[]> {
    const { publicKeyAlgorithms } = this.#login.credentials;
    const serverSigAlgs = hasChoice(type)
      ? await this.#call.race(this.#auth.serverSigAlgs())
      : undefined;
    const schemes = schemesFor(type, serverSigAlgs, publicKeyAlgorithms);
    if (schemes.length > 0) return schemes;
    if (serverSigAlgs && schemesFor(type, undefined, publicKeyAlgorithms).length > 0) {
      throw new SkipIdentity(sha1Only({ type, blob }));
    }
    throw new SkipIdentity(
      publicKeyAlgorithms && schemesFor(type, undefined).length > 0
        ? `${type} is not among the public key algorithms that are allowed (${keyFingerprint({ type, blob })})`
        : `${type || "malformed"} keys are not supported (${keyFingerprint({ type, blob })})`,
    );
  }
}

function sha1Only(key: PublicKey): string {
  return `the server takes this RSA key with SHA-1 only (${keyFingerprint(key)}): algorithms.publicKey, or PubkeyAcceptedAlgorithms, with ssh-rsa allows that`;
}
