import type { Attributes } from "../../../codecs/sftp/attributes.ts";
import { statusCodes } from "../../../codecs/sftp/constants.ts";
import { SftpProtocolError } from "../../../codecs/sftp/errors.ts";
import type { Name, Response } from "../../../codecs/sftp/responses.ts";
import type { Failure } from "../../../protocol/errors.ts";
import { brokenWay, codeOfText, notSupported, remoteFileError } from "../support/remote-error.ts";

/** Status codes that mean one error code; `failure` could be any. */
const codes = new Map<number, string>([
  [statusCodes.noSuchFile, "ENOENT"],
  [statusCodes.permissionDenied, "EACCES"],
  // OpenSSH sends it for EINVAL and ENAMETOOLONG.
  [statusCodes.badMessage, "EINVAL"],
  [statusCodes.fileAlreadyExists, "EEXIST"],
  [statusCodes.writeProtect, "EROFS"],
  [statusCodes.noSpaceOnFilesystem, "ENOSPC"],
  [statusCodes.quotaExceeded, "EDQUOT"],
  [statusCodes.dirNotEmpty, "ENOTEMPTY"],
  [statusCodes.notADirectory, "ENOTDIR"],
  [statusCodes.invalidFilename, "EINVAL"],
  [statusCodes.linkLoop, "ELOOP"],
  [statusCodes.fileIsADirectory, "EISDIR"],
]);

/** The error for a reply that isn't the expected one. */
export function refusal(response: Response, path: Uint8Array): Failure {
  if (response.type !== "status" || response.code === statusCodes.ok) return unexpected(response);
  const said = response.message.toString("utf8");
  if (response.code === statusCodes.unsupported) {
    return notSupported(`the server's SFTP can't do that${said && `: ${said}`}`);
  }
  const code = codes.get(response.code) ?? codeOfText(said) ?? "UNKNOWN";
  return remoteFileError(path, code, { status: response.code, said });
}

const unexpected = ({ type }: Response) =>
  brokenWay(`the server broke the SFTP protocol: an unexpected reply (${type})`, "EPROTO");

export function isEof(response: Response): boolean {
  return response.type === "status" && response.code === statusCodes.eof;
}

/** @throws {Failure} as do the others, where the reply is another one */
export function expectOk(response: Response, path: Uint8Array): void {
  if (response.type !== "status" || response.code !== statusCodes.ok) throw refusal(response, path);
}

export function expectHandle(response: Response, path: Uint8Array): Buffer {
  if (response.type === "handle") return response.handle;
  throw refusal(response, path);
}

export function expectAttributes(response: Response, path: Uint8Array): Attributes {
  if (response.type === "attributes") return response.attributes;
  throw refusal(response, path);
}

/** A reply with one name: a path. */
export function expectPath(response: Response, path: Uint8Array): Buffer {
  const names = expectNames(response, path);
  if (names[0] && names.length === 1) return Buffer.from(names[0].name);
  throw unexpected(response);
}

export function expectNames(response: Response, path: Uint8Array): readonly Name[] {
  if (response.type === "name") return response.names;
  throw refusal(response, path);
}

export function expectExtended(response: Response, path: Uint8Array): Buffer {
  if (response.type === "extended") return response.data;
  throw refusal(response, path);
}

/** Reads what an extension's reply holds. @throws {Failure} where it is malformed */
export function decoded<T>(read: (data: Buffer) => T, data: Buffer): T {
  try {
    return read(data);
  } catch (error) {
    if (!(error instanceof SftpProtocolError)) throw error;
    throw brokenWay(`the server broke the SFTP protocol: ${error.message}`, "EPROTO");
  }
}
