import type { Share } from "./pool.ts";

/** What a refusal says of the places that a client has taken. */
export function placesHeld({ held }: Share): string {
  return `this client of the shared daemon has ${held} sessions, forwards and connections of forwards, as many as it may have beside the other clients`;
}
