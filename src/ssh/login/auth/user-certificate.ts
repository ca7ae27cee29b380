import type { Certificate } from "../../../codecs/ssh/certificate.ts";
import { Malformed, WireReader } from "../../../codecs/ssh/wire.ts";
import { printable } from "../../../codecs/text/printable.ts";
import { readCertificate, signatureAlgorithm } from "../../support/certificates.ts";
import { fingerprint } from "../../support/public-key.ts";
import type { PublicKey } from "../../support/public-key.ts";
import { SkipIdentity } from "./identity.ts";

/**
 * Reads a certificate that a user is to log in with. Whether it is one for this server, user and time
 * is for the server to say, whose clock it goes by.
 *
 * @throws {SkipIdentity} where no server would take it
 */
export function readUserCertificate({ blob }: PublicKey): Certificate {
  try {
    const certificate = readCertificate(blob);
    if (!certificate) throw new SkipIdentity("it is a public key without a certificate");
    if (!certificate.isOfHost) return certificate;
    throw new SkipIdentity(
      "it is a host's certificate, not a user's: one is made by ssh-keygen -s without -h",
    );
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new SkipIdentity(`the certificate is damaged: ${error.message}`);
  }
}

/** A key's fingerprint, also of one in a certificate, as `ssh-keygen -l` prints it. */
export function keyFingerprint({ blob }: PublicKey): string {
  return fingerprint(certificateIn(blob)?.key ?? blob);
}

/**
 * A refused key or certificate, in a person's words; for a certificate also why the server may have
 * refused it, as it doesn't say.
 *
 * @param now seconds since 1970
 */
export function refusedKey(path: string, key: PublicKey, username: string, now: number): string {
  const what = `${path} (${key.type} ${keyFingerprint(key)}`;
  const certificate = certificateIn(key.blob);
  if (!certificate) return `the key ${what})`;
  const { keyId, ca } = certificate;
  const signed = `${JSON.stringify(printable(keyId, most))}, signed by ${fingerprint(ca)}`;
  return `the certificate ${what}, ${signed}: ${likelyFault(certificate, username, now)})`;
}

/**
 * Whether it is a certificate that is good no longer.
 *
 * @param now seconds since 1970
 */
export function hasExpired({ blob }: PublicKey, now: number): boolean {
  const certificate = certificateIn(blob);
  return certificate !== undefined && BigInt(Math.floor(now)) >= certificate.validBefore;
}

function certificateIn(blob: Buffer): Certificate | undefined {
  try {
    return readCertificate(blob);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function likelyFault(certificate: Certificate, username: string, now: number): string {
  const { validAfter, validBefore, principals, criticalOptions } = certificate;
  const time = BigInt(Math.floor(now));
  if (time >= validBefore) return `it expired on ${date(validBefore)}, get a new one`;
  if (time < validAfter) {
    return `it is not valid before ${date(validAfter)}, if this machine's clock is right`;
  }
  if (signatureAlgorithm(certificate) === "ssh-rsa") {
    return "its authority signed it with SHA-1, which servers no longer take, get one signed with rsa-sha2-512";
  }
  if (principals.length === 0) return `it names no principals, get one for ${username}`;
  if (!principals.includes(username)) {
    return `it is for ${someOf(principals)}, get one for ${username}, or have the server map them (AuthorizedPrincipalsFile)`;
  }
  const unknown = [...criticalOptions.keys()].find((name) => !knownOptions.has(name));
  if (unknown !== undefined) {
    return `it has the critical option ${printable(unknown, most)}, which the server may not know`;
  }
  const addresses = criticalOptions.get("source-address");
  if (addresses) return `it is good from ${textOf(addresses)} only`;
  return `it is good for ${username} by its own account, so the server may not trust that authority (TrustedUserCAKeys)`;
}

/** The critical options of PROTOCOL.certkeys. */
const knownOptions = new Set(["force-command", "source-address", "verify-required"]);

/** Characters of a text from a certificate that are shown in a message. */
const most = 100;

function someOf(principals: readonly string[]): string {
  const all = [...principals.slice(0, 3), ...(principals.length > 3 ? ["others"] : [])];
  return printable(all.join(", "), most);
}

function date(seconds: bigint): string {
  const time = new Date(Number(seconds) * 1000);
  return Number.isNaN(time.getTime()) ? "a day that never comes" : time.toISOString();
}

/** An option's value is a string within it. */
function textOf(value: Buffer): string {
  try {
    return printable(new WireReader(value).string().toString("utf8"), most);
  } catch (error) {
    if (error instanceof Malformed) return "elsewhere";
    throw error;
  }
}
