import { existsSync, rmSync, writeFileSync } from "node:fs";
import { run } from "./run.mjs";
import { missingPackages } from "./system-packages.mjs";

const POLICY = "/usr/sbin/policy-rc.d";

/** Installs what the system lacks of these, if we may; returns a line for each thing still missing. */
export async function installPackages(packages) {
  const missing = missingPackages(packages);
  if (missing.length === 0) return [];
  const hindrance = await install(missing);
  return missingPackages(packages).map(
    (each) =>
      `skipped: ${each.use} (needs ${each.package}; ${hindrance ?? "installed, yet not found"})`,
  );
}

/** Returns why it could not be done. */
async function install(packages) {
  if (!existsSync("/usr/bin/apt-get")) return "there is no apt-get here";
  if (process.getuid?.() !== 0) return "installing takes root";
  const names = packages.map((each) => each.package);
  console.log(`installing ${names.join(", ")}; no service of theirs will run`);
  const failed = await withoutServices(async () => {
    // Lists that are absent or out of date make the first attempt fail.
    if ((await aptGet("install", "--no-install-recommends", ...names)) === 0) return false;
    await aptGet("update");
    return (await aptGet("install", "--no-install-recommends", ...names)) !== 0;
  });
  await disable(packages.flatMap(({ services = [] }) => services));
  return failed ? "apt-get could not install it" : undefined;
}

function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // A network that swallows packets is not to hold the tests up.
  const patience = "Acquire::http::Timeout=20";
  return run("apt-get", ["-y", "-qq", "-o", patience, ...args], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Debian's own way to keep packages from starting services while they are installed. */
async function withoutServices(task) {
  if (existsSync(POLICY)) return task();
  const undo = () => rmSync(POLICY, { force: true });
  const interrupted = () => process.exit(130);
  process.once("exit", undo).once("SIGINT", interrupted);
  writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return await task();
  } finally {
    undo();
    process.off("exit", undo).off("SIGINT", interrupted);
  }
}

/** So that they don't start with the machine's next boot either. */
async function disable(services) {
  if (services.length === 0 || !existsSync("/run/systemd/system")) return;
  const code = await run("systemctl", ["disable", "--quiet", ...services], { stdio: "ignore" });
  console.log(`${services.join(", ")}: ${code === 0 ? "disabled" : "could not be disabled"}`);
}
