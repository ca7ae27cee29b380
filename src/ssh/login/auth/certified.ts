import { fingerprint, keyTypeOf } from "../../support/public-key.ts";
import type { PublicKey } from "../../support/public-key.ts";
import { SkipIdentity } from "./identity.ts";
import type { Identity } from "./identity.ts";
import type { FoundCertificate } from "./key-file.ts";
import { readUserCertificate } from "./user-certificate.ts";

/**
 * A certificate with its private key, wherever that is.
 *
 * @param signers in the order in which they are to be preferred
 * @param held the agent's keys, those that may not sign among them
 * @throws {SkipIdentity} where the certificate is of no use, or its key isn't to be had
 */
export function certified(
  { path, publicKey }: FoundCertificate,
  signers: readonly Identity[],
  held: readonly PublicKey[],
): Identity {
  const { key } = readUserCertificate(publicKey);
  const by = (blob: Buffer) => signers.find(({ known }) => known?.blob.equals(blob));
  const beside = signers.find((each) => isNamedAfter(path, each.path));
  // An agent may hold the key only together with its certificate. Of an encrypted key file the public
  // half may be unknown: then its name tells that it belongs to the certificate.
  const signer = by(key) ?? by(publicKey.blob) ?? (beside?.known ? undefined : beside);
  if (!signer) throw new SkipIdentity(lack());
  return {
    path,
    signing: signer.signing,
    known: publicKey,
    publicKey: async () => publicKey,
    async sign(data, signature) {
      const { blob } = signer.known ?? (await signer.publicKey());
      if (!signer.known && !blob.equals(key)) throw new SkipIdentity(lack());
      return signer.sign(data, signature);
    },
  };

  function lack(): string {
    const its = `its key, ${keyTypeOf(key)} ${fingerprint(key)},`;
    if (held.some(({ blob }) => blob.equals(key))) {
      return `${its} is the agent's, and left out by identitiesOnly: name its .pub in identityFiles`;
    }
    return beside
      ? `${its} is not the one in ${beside.path}: get a certificate for that one`
      : `${its} isn't there: name its file in identityFiles, or add it to the agent`;
  }
}

/** As ssh: `key-cert.pub` is of `key`. */
function isNamedAfter(certificate: string, key: string): boolean {
  return ["", ".pub", "-cert.pub"].some((suffix) => certificate === key + suffix);
}
