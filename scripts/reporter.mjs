import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's spec reporter, which also leaves its counts for test.mjs. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      const counts = JSON.stringify({ passed, failed, skipped });
      if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, counts);
    });
  }
}
