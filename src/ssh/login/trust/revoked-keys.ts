import { Failure } from "../../../protocol/errors.ts";
import { parsePublicKey } from "../../support/public-key.ts";
import { readBounded } from "../../support/read-bounded.ts";
import { systemErrorText } from "../../support/system-error.ts";
import { maxFileBytes } from "./known-hosts-files.ts";

/** What OpenSSH's key revocation lists begin with; the other form of the file is text. */
const krlMagic = "SSHKRL\n\0";

/**
 * Whether a file of revoked keys, one public key a line, holds a key (ssh_config(5), RevokedHostKeys).
 *
 * @throws {Failure} HostKeyRejected where that can't be told, as ssh refuses all keys then
 */
export async function isRevokedIn(file: string, key: Buffer): Promise<boolean> {
  const { bytes } = await readBounded(file, maxFileBytes).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(file, `can't be read: ${systemErrorText(error)}`, error.code);
  });
  const text = bytes.toString("latin1");
  if (text.startsWith(krlMagic)) throw unreadable(file, "is a binary list, which is not supported");
  return text.split("\n").some((line) => {
    if (line.trim() === "" || line.trimStart().startsWith("#")) return false;
    const revoked = parsePublicKey(line);
    if (!revoked) throw unreadable(file, "has a line that is no public key");
    return revoked.blob.equals(key);
  });
}

function unreadable(file: string, why: string, errno?: string): Failure {
  const message = `${file}, which RevokedHostKeys names, ${why}: without it no host key is accepted`;
  return new Failure("HostKeyRejected", message, { reason: "unreadable", errno });
}
