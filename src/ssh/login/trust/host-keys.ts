import { withoutCertificate } from "../../../codecs/ssh/certificate.ts";
import type { Certificate } from "../../../codecs/ssh/certificate.ts";
import { Malformed } from "../../../codecs/ssh/wire.ts";
import { Failure } from "../../../protocol/errors.ts";
import { withFileLock } from "../../support/file-lock.ts";
import { KnownHostsFiles, appendLine } from "./known-hosts-files.ts";
import type { LocatedEntry } from "./known-hosts-files.ts";
import { readCertificate } from "../../support/certificates.ts";
import { described, faultOf } from "./host-certificate.ts";
import { hashedName, isLiteral, knownHostsName, matchesHost } from "./known-hosts.ts";
import type { Prompter } from "../prompts/prompter.ts";
import { isRevokedIn } from "./revoked-keys.ts";
import { systemErrorText } from "../../support/system-error.ts";
import { fingerprint, keyTypeOf } from "../../support/public-key.ts";
import type { AcceptedHostKey } from "../../connection/accepted-host-key.ts";

/** ssh_config(5), StrictHostKeyChecking; `pin` takes nothing but the fingerprints that were given. */
export type HostKeyPolicy = "strict" | "accept-new" | "ask" | "pin" | "off";

export interface Trust {
  readonly policy: HostKeyPolicy;
  /** For `pin`: fingerprints as OpenSSH prints them, `SHA256:…`. */
  readonly fingerprints: readonly string[];
  /** The user's known_hosts files, if they aren't OpenSSH's; the first is where hosts are recorded. */
  readonly knownHosts?: readonly string[] | undefined;
  /** The system's, if they aren't OpenSSH's. */
  readonly globalKnownHosts?: readonly string[] | undefined;
  /** The server's name in known_hosts, if it isn't its host and port (ssh_config(5), HostKeyAlias). */
  readonly hostKeyAlias?: string | undefined;
  /** A file of keys that are never accepted (ssh_config(5), RevokedHostKeys). */
  readonly revokedHostKeys?: string | undefined;
  /** What authorities may sign with, if it isn't OpenSSH's list (ssh_config(5), CASignatureAlgorithms). */
  readonly caSignatureAlgorithms?: readonly string[] | undefined;
  /** Record names by their hashes. */
  readonly hashKnownHosts?: boolean | undefined;
  /** The key of the first connection, when reconnecting: no other is accepted. */
  readonly first?: AcceptedHostKey | undefined;
  /** Writes a warning to the daemon's log. */
  readonly warn: (text: string) => void;
}

/** What known_hosts says of a key. A revoked key isn't among these: it is refused at once. */
type Standing =
  | { readonly is: "known" | "unknown" }
  | { readonly is: "changed"; readonly expected: readonly LocatedEntry[] };

/** What the files hold about a server. */
interface Entries {
  readonly own: readonly LocatedEntry[];
  /** About its host on port 22, if it is on another port. */
  readonly ofHost: readonly LocatedEntry[];
}

/** Decides whether a server's host key is trusted. */
export class HostKeyCheck {
  readonly #name: string;
  /** The name without the port, if entries for that count too. */
  readonly #hostName: string | undefined;
  /** Its name in certificates, without the port. */
  readonly #principal: string;
  readonly #trust: Trust;
  readonly #prompter: Prompter;
  readonly #files: KnownHostsFiles;
  /** What the files hold as the login begins: by that the server is asked for a key. */
  #atFirst: Promise<Entries> | undefined;

  constructor(host: string, port: number, trust: Trust, prompter: Prompter) {
    const alias = trust.hostKeyAlias?.toLowerCase();
    this.#name = alias ?? knownHostsName(host, port);
    this.#hostName = alias === undefined && port !== 22 ? knownHostsName(host, 22) : undefined;
    this.#principal = alias ?? host.toLowerCase();
    this.#trust = trust;
    this.#prompter = prompter;
    this.#files = new KnownHostsFiles(trust.knownHosts, trust.globalKnownHosts);
  }

  /** Whether known_hosts or a pin names an authority: if not, the server isn't asked for certificates. */
  async wantsCertificates(): Promise<boolean> {
    if (this.#trust.policy === "pin") return true;
    const { own, ofHost } = await this.#first();
    return [...own, ...ofHost].some((e) => e.marker === "@cert-authority");
  }

  /** The types of the host's known keys: the server is asked for these first. */
  async knownKeyTypes(): Promise<string[]> {
    const { first } = this.#trust;
    if (first) return [withoutCertificate(first.type) ?? first.type];
    const { own } = await this.#first();
    return own.filter((e) => e.marker === undefined).map((e) => e.keyType);
  }

  /**
   * @returns what the key is; a new one, which is to be recorded, as `unrecorded`
   * @throws {Failure} HostKeyRejected, or the call's end
   */
  async verify(shown: Buffer): Promise<AcceptedHostKey> {
    const certificate = this.#certificate(shown);
    const key = certificate?.key ?? shown;
    const accepted = { type: keyTypeOf(key), fingerprint: fingerprint(key) };
    const entries = await this.#entries();
    await this.#refuseRevoked(key, entries);
    if (certificate) await this.#refuseRevoked(certificate.ca, entries, key);
    const fault =
      certificate &&
      faultOf(certificate, this.#principal, Date.now() / 1000, this.#trust.caSignatureAlgorithms);
    const vouched = certificate && fault === undefined ? certificate : undefined;
    const certified = vouched && {
      ...accepted,
      type: vouched.type,
      certificate: described(vouched),
    };
    const { policy, fingerprints, warn, first } = this.#trust;
    const isFirst = first?.fingerprint === accepted.fingerprint;
    const isSameAuthority = certified && first?.certificate?.ca === certified.certificate.ca;
    if (first && !isFirst && !isSameAuthority) throw this.#changedSince(key, first);
    if (policy === "pin") {
      if (fingerprints.includes(accepted.fingerprint)) return { ...accepted, status: "pinned" };
      if (certified && fingerprints.includes(certified.certificate.ca)) {
        return { ...certified, status: "pinned" };
      }
      throw this.#rejected(key, "notPinned", {
        what: "is none of those that were given",
        why: `hostKeyFingerprints has ${someOf(fingerprints).join(", ")}`,
        remedy: "name it there if it is the server's",
      });
    }
    if (policy === "off") {
      warn(`host keys are not checked: ${this.#name} has ${accepted.type} ${accepted.fingerprint}`);
      return { ...accepted, status: "unchecked" };
    }
    const isAuthority = (e: LocatedEntry) =>
      e.marker === "@cert-authority" && vouched !== undefined && e.key.equals(vouched.ca);
    if (certified && [...entries.own, ...entries.ofHost].some(isAuthority)) {
      return { ...certified, status: "known" };
    }
    // The certificate was accepted before, but its authority is no longer known.
    if (first && !isFirst) throw this.#changedSince(key, first);
    // As ssh: if the certificate isn't valid, the key in it may be known.
    const standing = this.#standing(key, entries, fault);
    if (standing.is === "known") return { ...accepted, status: "known" };
    if (policy === "ask") {
      if (!first) await this.#ask(key, standing);
    } else if (standing.is === "changed") throw this.#changed(key, standing.expected);
    else if (policy === "strict") throw this.#unknown(key, "is not known");
    // A changed key is for the user to replace; known_hosts stays as it is.
    return { ...accepted, status: standing.is === "changed" ? "accepted" : "unrecorded" };
  }

  /**
   * Whether a key that was accepted before would be so now, without anybody's being asked.
   *
   * @param accepted what {@link verify} and {@link record} made of it
   * @throws the call's end
   */
  async isStillAccepted(shown: Buffer, accepted: AcceptedHostKey): Promise<boolean> {
    try {
      const { status } = await this.verify(shown);
      // If it was recorded, and is no longer there, the user has removed it.
      return status !== "unrecorded" || accepted.status === "unrecorded";
    } catch (error) {
      if (error instanceof Failure && error.kind === "HostKeyRejected") return false;
      throw error;
    }
  }

  /**
   * Records a key that is new. For after the key exchange: before it the server hasn't shown that the
   * key is its own (RFC 4253 §8).
   *
   * @param accepted as {@link verify} gave it
   * @returns the same, and what became of it
   * @throws {Failure} HostKeyRejected where another key has been recorded meanwhile
   */
  async record(shown: Buffer, accepted: AcceptedHostKey): Promise<AcceptedHostKey> {
    if (accepted.status !== "unrecorded") return accepted;
    const key = this.#certificate(shown)?.key ?? shown;
    return { ...accepted, ...(await this.#record(key)) };
  }

  #first(): Promise<Entries> {
    return (this.#atFirst ??= this.#entries());
  }

  /** The entries of all files. For policies that don't depend on them, an unreadable file counts as empty. */
  async #entries(): Promise<Entries> {
    const { policy } = this.#trust;
    const read = this.#files.entries();
    const all = await (policy === "pin" || policy === "off" ? read.catch(() => []) : read);
    const about = (name: string) => all.filter((entry) => matchesHost(entry, name));
    const ofHost = this.#hostName === undefined ? [] : about(this.#hostName);
    return { own: about(this.#name), ofHost };
  }

  /**
   * Whatever the policy is (sshd(8): revoked keys must never be accepted).
   *
   * @param shown the server's key, if `key` is that of the authority that vouches for it
   */
  async #refuseRevoked(key: Buffer, { own, ofHost }: Entries, shown = key): Promise<void> {
    const what = shown === key ? "is" : "has a certificate of an authority that is";
    // A set, as one pattern may match both names.
    const revoked = [...new Set([...own, ...ofHost])].filter(
      (e) => e.marker === "@revoked" && e.key.equals(key),
    );
    const remedy = "whoever shows it may be an impostor, and the server needs another one";
    if (revoked.length > 0) {
      throw this.#rejected(shown, "revoked", {
        what: `${what} revoked`,
        expected: revoked,
        remedy,
      });
    }
    const { revokedHostKeys: file } = this.#trust;
    if (file !== undefined && (await isRevokedIn(file, key))) {
      throw this.#rejected(shown, "revoked", { what: `${what} revoked by ${file}`, remedy });
    }
  }

  /** @throws {Failure} HostKeyRejected if it is a certificate and malformed */
  #certificate(shown: Buffer): Certificate | undefined {
    try {
      return readCertificate(shown);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      throw this.#rejected(shown, "certAuthority", {
        what: "is a certificate that is none",
        why: error.message,
        remedy: "whoever shows it may be an impostor",
      });
    }
  }

  /** @param fault why its certificate isn't valid */
  #standing(key: Buffer, { own, ofHost }: Entries, fault?: string): Standing {
    const keys = own.filter((e) => e.marker === undefined);
    const isThis = (e: LocatedEntry) => e.marker === undefined && e.key.equals(key);
    if (keys.some(isThis)) return { is: "known" };
    // Also if the key is of another type than the known ones: an attacker could offer just that.
    if (keys.length > 0) return { is: "changed", expected: keys };
    // As ssh: the host has this key on port 22. That it has others there doesn't count against it.
    if (ofHost.some(isThis)) return { is: "known" };
    const authorities = own.filter((e) => e.marker === "@cert-authority");
    if (authorities.length === 0) return { is: "unknown" };
    throw this.#rejected(key, "certAuthority", {
      what: "has no certificate that known_hosts wants",
      ...(fault !== undefined && { why: `of its certificate: ${fault}` }),
      expected: authorities,
      remedy: "a line with the key itself, or hostKeyFingerprints, has it taken",
    });
  }

  async #ask(key: Buffer, standing: Standing): Promise<void> {
    const expected = standing.is === "changed" ? standing.expected : [];
    const reason = standing.is === "changed" ? "changed" : "unknown";
    const accepted = await this.#prompter.acceptsHostKey({
      type: keyTypeOf(key),
      fingerprint: fingerprint(key),
      reason,
      expected: expected.map(located),
    });
    if (accepted) return;
    const why = this.#prompter.canAsk ? "the client didn't accept it" : "there is nobody to ask";
    if (standing.is === "changed") throw this.#changed(key, standing.expected, `, and ${why}`);
    throw this.#unknown(key, `is not known, and ${why}`);
  }

  /** @returns whether it was recorded, was known already, or isn't recorded, and why not */
  async #record(key: Buffer): Promise<Pick<AcceptedHostKey, "status" | "reason">> {
    const file = await this.#files.recordFile();
    if (file === undefined) return { status: "unrecorded" };
    return withFileLock(file, async () => {
      // Looked up again under the lock: another login may have recorded the host meanwhile.
      const standing = this.#standing(key, await this.#entries());
      if (standing.is === "known") return { status: "known" };
      if (standing.is === "changed") throw this.#changed(key, standing.expected);
      try {
        const isHashed = this.#trust.hashKnownHosts || !isLiteral(this.#name);
        const name = isHashed ? hashedName(this.#name) : this.#name;
        await appendLine(file, `${name} ${keyTypeOf(key)} ${key.toString("base64")}`);
        return { status: "recorded" };
      } catch (error) {
        const reason = `${file}: ${systemErrorText(error)}`;
        this.#trust.warn(`the host key of ${this.#name} can't be recorded: ${reason}`);
        return { status: "unrecorded", reason };
      }
    });
  }

  #unknown(key: Buffer, what: string): Failure {
    return this.#rejected(key, "unknown", {
      what,
      why: `none is recorded in ${this.#files.names.join(", ") || "any file"}`,
      remedy:
        'if it is the server\'s, hostKeyPolicy "accept-new" records it, and hostKeyFingerprints takes it',
    });
  }

  #changedSince(key: Buffer, { type, fingerprint: print }: AcceptedHostKey): Failure {
    return this.#rejected(key, "changed", {
      what: "has changed since the session began",
      why: `it was ${type} ${print} then`,
      remedy:
        "somebody may be in between; if you know that the server has a new key, a new session takes it as its policy says",
    });
  }

  /** @param and what asking the client resulted in */
  #changed(key: Buffer, expected: readonly LocatedEntry[], and = ""): Failure {
    const files = [...new Set(expected.map(({ file }) => file))];
    const removing = files.map((file) => `ssh-keygen -R ${quoted(this.#name)} -f ${quoted(file)}`);
    return this.#rejected(key, "changed", {
      what: `has changed${and}`,
      expected,
      remedy: `somebody may be in between; if you know that the server has a new key, remove the old one: ${removing.join(" && ")}`,
    });
  }

  /** @param about what is wrong with the key, why, and what helps */
  #rejected(
    key: Buffer,
    reason: string,
    about: { what: string; why?: string; remedy: string; expected?: readonly LocatedEntry[] },
  ): Failure {
    const { what, why, remedy, expected = [] } = about;
    const [keyType, print] = [keyTypeOf(key), fingerprint(key)];
    const lines = expected.map(
      (entry) => `${entry.file} line ${entry.line} has ${entry.keyType} ${fingerprint(entry.key)}`,
    );
    const facts = [`the server shows ${keyType} ${print}`, ...someOf(lines)];
    if (why !== undefined) facts.push(why);
    const message = `the host key of ${this.#name} ${what}: ${facts.join(", ")}; ${remedy}`;
    return new Failure("HostKeyRejected", message, {
      reason,
      keyType,
      fingerprint: print,
      expected: expected.map(located),
    });
  }
}

/** The first few, as a host may have many keys and a message is to stay readable. */
function someOf(texts: readonly string[]): string[] {
  return texts.length <= 4 ? [...texts] : [...texts.slice(0, 3), `${texts.length - 3} more`];
}

/** Quoted, for a command line that a person pastes into a shell. */
function quoted(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** An entry as errors and questions have it. */
function located({ key, keyType, file, line }: LocatedEntry) {
  return { fingerprint: fingerprint(key), keyType, file, line };
}
