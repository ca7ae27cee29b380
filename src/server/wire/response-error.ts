import { ResponseError } from "vscode-jsonrpc";
import type { Failure } from "../../protocol/errors.ts";

/** A failure as it goes on the wire: every error's data has the `kind` to switch on. */
export function responseError({ code, message, kind, data }: Failure): ResponseError<object> {
  return new ResponseError(code, message, { kind, ...data });
}
