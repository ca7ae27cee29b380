import { withExportedEnv } from "../ssh/programs/exported-env.ts";
import { handler } from "./support/handler.ts";
import { runForClient } from "./support/run-program.ts";
import { sudoOf } from "./support/sudo.ts";

/** What sshd runs for a `shell` request, as a command: sudo and exported variables need one. */
const loginShell = Buffer.from('cd && exec "$SHELL" -l');

export default handler("session.shell", ({ envMode, ...params }, context) => {
  const { env = {} } = params;
  const isExported = envMode === "export";
  const program = isExported ? withExportedEnv(env, loginShell) : loginShell;
  const sudo = sudoOf(params, program, context);
  const exec = sudo?.command ?? (isExported ? program : undefined);
  const pty = params.pty === false ? undefined : params.pty;
  const rest = { ...params, pty, sudo, env: isExported ? {} : env };
  return runForClient(exec ? { exec } : { shell: true }, rest, context);
});
