/** `npm run generate`: writes every file that is made from src/protocol and the bench's results. */
import { writeFileSync } from "node:fs";
import { generatedFiles } from "./files.ts";

for (const [path, content] of generatedFiles(process.cwd())) {
  writeFileSync(path, content);
  console.log(path);
}
