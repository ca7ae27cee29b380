import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./run.mjs";

const ssh2 = join(root, "node_modules/ssh2/lib/protocol/crypto");
const nan = join(root, "node_modules/nan");

/** ssh2's native binding, in the bundle's folder. bin/build-binding.js makes it where it is installed. */
export const BINDING = "native/sshcrypto.node";

/**
 * Puts beside the bundle what that is built from: ssh2's source, and nan's headers, which a compiler
 * needs for it. Returns the paths of what it copied. In a checkout, ssh2's own build is taken.
 */
export function nativeSources(bundle) {
  const folder = join(bundle, dirname(BINDING));
  mkdirSync(folder, { recursive: true });
  const recipe = readFileSync(join(ssh2, "binding.gyp"), "utf8");
  const ours = recipe.replace(/"<!\(node -e .*?\)"/, '"nan"');
  if (ours === recipe) throw new Error("ssh2's binding.gyp finds nan's headers in another way");
  writeFileSync(join(folder, "binding.gyp"), ours);
  mkdirSync(join(folder, "src"));
  // Node 26 has the former no more; all that we run on have the latter, and it is the same one.
  const source = readFileSync(join(ssh2, "src/binding.cc"), "utf8");
  const current = source.replaceAll("context->GetIsolate()", "v8::Isolate::GetCurrent()");
  writeFileSync(join(folder, "src/binding.cc"), current);
  const headers = readdirSync(nan).filter((each) => each.endsWith(".h"));
  mkdirSync(join(folder, "nan"));
  for (const each of headers) copyFileSync(join(nan, each), join(folder, "nan", each));
  const built = join(ssh2, "build/Release/sshcrypto.node");
  if (existsSync(built)) copyFileSync(built, join(bundle, BINDING));
  return [join(ssh2, "binding.gyp"), ...headers.map((each) => join(nan, each))];
}
