import { get, put } from "./bulk.ts";
import { connect } from "./connect.ts";
import { exec } from "./exec.ts";
import { parallel } from "./parallel.ts";
import type { Part } from "./part.ts";
import { smallFiles } from "./small-files.ts";

/** In the order in which they run. */
export const parts: readonly Part[] = [connect, exec, parallel, smallFiles, get, put];
