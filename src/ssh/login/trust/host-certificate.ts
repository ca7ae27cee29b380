import type { Certificate } from "../../../codecs/ssh/certificate.ts";
import { caSignatureAlgorithms, signatureAlgorithm } from "../../support/certificates.ts";
import { fingerprint } from "../../support/public-key.ts";
import type { AcceptedCertificate } from "../../connection/accepted-host-key.ts";

/**
 * Why a certificate isn't to be taken for a host's, as OpenSSH's client has it (sshkey_cert_check_host):
 * undefined where it is.
 *
 * @param now seconds since 1970
 * @param algorithms what authorities may sign with
 */
export function faultOf(
  certificate: Certificate,
  host: string,
  now: number,
  algorithms = caSignatureAlgorithms,
): string | undefined {
  const { isOfHost, validAfter, validBefore, principals, criticalOptions } = certificate;
  const time = BigInt(Math.floor(now));
  if (!isOfHost) return "it is a user's certificate, not a host's";
  if (time < validAfter) return "it is not yet valid";
  if (time >= validBefore) return "it has expired";
  // To ssh before version 10, none meant any.
  if (principals.length === 0) return "it names no principals";
  if (!principals.includes(host)) return `${host} is not among its principals`;
  if (criticalOptions.size > 0) return "it has critical options, of which a host's has none";
  const algorithm = signatureAlgorithm(certificate);
  if (!algorithms.includes(algorithm)) {
    return `its authority has signed with ${algorithm}, which CASignatureAlgorithms doesn't have`;
  }
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
