import { installPackages } from "./install-packages.mjs";
import { run } from "./run.mjs";
import { setup } from "./setup.mjs";
import { benchPackages } from "./system-packages.mjs";

try {
  await setup();
  for (const line of await installPackages(benchPackages)) console.log(line);
  const args = ["--enable-source-maps", "dist/bench/main.js", ...process.argv.slice(2)];
  process.exitCode = await run(process.execPath, args);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
