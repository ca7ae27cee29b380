/** The measures that the chart and the project's README show, and what they call them. */
export const headline: readonly { measure: string; title: string }[] = [
  { measure: "exec.rate", title: "A command, no delay" },
  { measure: "exec.trips", title: "A command, round trips" },
  { measure: "parallel.rate", title: "50 commands at once" },
  { measure: "connect.time", title: "Connect to first output, no delay" },
  { measure: "connect.trips", title: "Connect to first output, round trips" },
  { measure: "small.get.trips", title: "Get a small file, round trips" },
  { measure: "small.put.trips", title: "Put a small file, round trips" },
  { measure: "get.rate", title: "Get 256 MB, no delay" },
  { measure: "put.rate", title: "Put 256 MB, no delay" },
  { measure: "get.rtt50.rate", title: "Get 256 MB, 50 ms" },
  { measure: "put.rtt50.rate", title: "Put 256 MB, 50 ms" },
];

/** What the project's README has tables of, of programs from their first line to their end. */
export const coldStarts: typeof headline = [
  { measure: "cold.alone", title: "A script that logs in and runs a command" },
  { measure: "cold.shared", title: "The same over a login that is there" },
];

/** Another checkout isn't a peer that they show. */
export function isShown(id: string): boolean {
  return id !== "beside";
}
