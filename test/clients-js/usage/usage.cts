/** Not run: the same package as CommonJS has it. */
import sshrpc = require("sshrpc");

export async function main(): Promise<string> {
  const session: sshrpc.Session = await sshrpc.connect({ host: "example.org" });
  const { stdout } = await session.run("uname -s");
  await session.close();
  return stdout;
}
