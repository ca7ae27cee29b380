import { clientNotifications } from "../../protocol/notifications.ts";
import type {
  ClientNotificationName,
  ClientNotificationParams,
} from "../../protocol/notifications.ts";
import { bindParams } from "./bind-params.ts";
import { checkParams } from "./check-params.ts";
import type { RawParams } from "../wire/envelope.ts";

/** A notification's params by name; `undefined` where they aren't well-formed, as nobody can be told. */
export function notificationParams<N extends ClientNotificationName>(
  name: N,
  raw: RawParams | undefined,
): ClientNotificationParams<N> | undefined {
  const { positional, params } = clientNotifications[name];
  try {
    return checkParams(params(), bindParams(raw, positional)) as ClientNotificationParams<N>;
  } catch {
    return undefined;
  }
}
