import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's spec reporter, which also leaves its counts and failures for test.mjs. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      const failures = this.failures.map((test) => `${test.fullTitle()}\n${test.err.stack}`);
      const counts = JSON.stringify({ passed, failed, skipped, failures });
      if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, counts);
    });
  }
}
