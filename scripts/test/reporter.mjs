import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import Mocha from "mocha";
import { nameOf } from "./mocha-steps.mjs";

/**
 * Mocha's spec reporter, which also leaves its counts, its failures and how long tests and files
 * took for scripts/test.mjs.
 */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const durations = [];
    const files = {};
    let begin = 0;
    runner.on("test end", (test) => {
      if (test.duration !== undefined) durations.push([test.fullTitle(), test.duration / 1000]);
    });
    runner.on("suite", ({ parent }) => {
      if (parent?.root) begin = performance.now();
    });
    runner.on("suite end", ({ parent, file }) => {
      if (!parent?.root || file === undefined) return;
      const name = nameOf(relative(process.cwd(), file));
      files[name] = (files[name] ?? 0) + (performance.now() - begin) / 1000;
    });
    runner.once("end", () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      const failures = this.failures.map((test) => `${test.fullTitle()}\n${test.err.stack}`);
      const counts = JSON.stringify({ passed, failed, skipped, failures, durations, files });
      if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, counts);
    });
  }
}
