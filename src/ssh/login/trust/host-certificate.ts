import type { Certificate } from "../../../codecs/ssh/certificate.ts";
import { Malformed } from "../../../codecs/ssh/wire.ts";
import { isSignedWithSha1, readCertificate } from "../../support/certificates.ts";
import { fingerprint } from "../../support/public-key.ts";
import type { AcceptedCertificate } from "../../connection/accepted-host-key.ts";

/**
 * Reads a host key that may be a certificate.
 *
 * @returns undefined for a plain key
 * @throws {Malformed} where it is a certificate that isn't whole, or its authority hasn't signed it
 */
export function readHostCertificate(blob: Buffer): Certificate | undefined {
  const certificate = readCertificate(blob);
  // As CASignatureAlgorithms of ssh_config(5) has it.
  if (certificate && isSignedWithSha1(certificate)) {
    throw new Malformed("its authority has signed it with SHA-1 only");
  }
  return certificate;
}

/**
 * Why a certificate isn't to be taken for a host's, as OpenSSH's client has it (sshkey_cert_check_host):
 * undefined where it is.
 *
 * @param now seconds since 1970
 */
export function faultOf(certificate: Certificate, host: string, now: number): string | undefined {
  const { isOfHost, validAfter, validBefore, principals, criticalOptions } = certificate;
  const time = BigInt(Math.floor(now));
  if (!isOfHost) return "it is a user's certificate, not a host's";
  if (time < validAfter) return "it is not yet valid";
  if (time >= validBefore) return "it has expired";
  // ssh before 10 took none at all for any.
  if (principals.length === 0) return "it names no principals";
  if (!principals.includes(host)) return `${host} is not among its principals`;
  if (criticalOptions.size > 0) return "it has critical options, of which a host's has none";
  return undefined;
}

/** As results have it. */
export function described(certificate: Certificate): AcceptedCertificate {
  const { keyId, serial, principals, validAfter, validBefore, ca } = certificate;
  return {
    keyId,
    serial: String(serial),
    principals: [...principals],
    validAfter: Number(validAfter),
    ...(validBefore < forever && { validBefore: Number(validBefore) }),
    ca: fingerprint(ca),
  };
}

const forever = 2n ** 64n - 1n;
