import { get, getDelayed, put, putDelayed } from "./bulk.ts";
import { clients } from "./clients.ts";
import { cold } from "./cold.ts";
import { connect } from "./connect.ts";
import { echo } from "./echo.ts";
import { exec } from "./exec.ts";
import { fairness } from "./fairness.ts";
import { getLarge, getLargeDelayed, putLarge, putLargeDelayed } from "./files-large.ts";
import { listing } from "./files-listing.ts";
import { filesMemory } from "./files-memory.ts";
import { getTree, putTree } from "./files-trees.ts";
import { unchanged } from "./files-unchanged.ts";
import { memory } from "./memory.ts";
import { parallel } from "./parallel.ts";
import { forward } from "./forward.ts";
import type { Part } from "./part.ts";
import { scale } from "./scale.ts";
import { getSmall, putSmall } from "./small-files.ts";
import { start } from "./start.ts";

/** In the order in which they run. */
export const parts: readonly Part[] = [
  start,
  cold,
  connect,
  exec,
  parallel,
  getSmall,
  putSmall,
  get,
  put,
  getDelayed,
  putDelayed,
  getLarge,
  putLarge,
  getLargeDelayed,
  putLargeDelayed,
  getTree,
  putTree,
  listing,
  unchanged,
  filesMemory,
  fairness,
  echo,
  forward,
  memory,
  scale,
  clients,
];
