import type { Daemon, Json } from "../../fixtures/daemon.ts";

/** What is told of a session, in order: the methods of its notifications. */
export function toldOf(daemon: Daemon, session: number): string[] {
  return daemon.messages.flatMap(({ method, params }) =>
    method?.startsWith("session/") && params.session === session ? [method] : [],
  );
}

/** The params of the `count`th notification of a kind about a session. */
export async function told(
  daemon: Daemon,
  method: string,
  session: number,
  count = 1,
): Promise<Json> {
  let seen = 0;
  const counted = new Set<unknown>();
  const message = await daemon.waitFor((each) => {
    if (each.method !== method || each.params.session !== session) return false;
    if (!counted.has(each)) seen += 1;
    counted.add(each);
    return seen === count;
  });
  return message.params;
}
