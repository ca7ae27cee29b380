import { run } from "./run.mjs";
import { setup } from "./setup.mjs";

try {
  await setup();
  process.exitCode = await run(process.execPath, [
    "dist/examples/demo/main.js",
    ...process.argv.slice(2),
  ]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
