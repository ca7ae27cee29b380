/**
 * Makes the extension's .vsix, without the network: `node examples/vscode/pack.mjs [FILE]`, after
 * `npm run build`. A .vsix is a zip (APPNOTE.TXT) of the extension's folder and two descriptions; with
 * it goes the package sshrpc, as npm would publish it.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";

const folder = import.meta.dirname;
const root = join(folder, "../..");
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const target = process.argv[2] ?? `${manifest.name}-${manifest.version}.vsix`;

const own =
  `package.json README.md extension.js address.js connections.js file-errors.js file-system.js
  ports.js prompts.js terminal.js transfers.js watching.js`.split(/\s+/);
const entries = new Map([
  ["extension.vsixmanifest", Buffer.from(description(manifest))],
  ["[Content_Types].xml", Buffer.from(contentTypes())],
  ["extension/LICENSE.txt", readFileSync(join(root, "LICENSE"))],
  ...own.map((name) => [`extension/${name}`, readFileSync(join(folder, name))]),
  ...packageFiles().map((name) => [
    `extension/node_modules/sshrpc/${name}`,
    readFileSync(join(root, name)),
  ]),
]);
writeFileSync(target, zip(entries));
console.log(target);

/** What npm would publish of sshrpc. */
function packageFiles() {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"];
  const text = execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: [0, "pipe", 2] });
  // npm 12 has an object of packages, older ones a list.
  const [found] = Object.values(JSON.parse(text));
  return found.files.map(({ path }) => path);
}

function description({ name, displayName, description: about, version, publisher, engines }) {
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}"/>
    <DisplayName>${escaped(displayName)}</DisplayName>
    <Description xml:space="preserve">${escaped(about)}</Description>
    <Categories>Other</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${escaped(engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="${manifest.extensionKind}"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
`;
}

function contentTypes() {
  const types = { json: "application/json", vsixmanifest: "text/xml" };
  const kinds = [...entriesOf("js mjs cjs ts mts md txt c cc h gyp"), ...Object.entries(types)];
  const lines = kinds.map(
    ([extension, type]) => `  <Default Extension=".${extension}" ContentType="${type}"/>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${lines.join("\n")}
</Types>
`;
}

function entriesOf(extensions) {
  return extensions.split(" ").map((extension) => [extension, "text/plain"]);
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** The same bytes each time: every file has the first day that a zip can say. */
function zip(files) {
  const firstDay = (1 << 5) | 1;
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [path, content] of files) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    // Version 2.0, names in UTF-8, deflate.
    for (const [at, value] of [20, 0x800, 8, 0, firstDay].entries()) {
      fields.writeUInt16LE(value, at * 2);
    }
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from("PK\x03\x04"), fields, name, packed);
    // Made on Unix; -rw-r--r--.
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(0o100644 * 0x10000, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x03"), fields, rest, name);
    offset += 4 + fields.length + name.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.size, 4);
  end.writeUInt16LE(files.size, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, list, Buffer.from("PK\x05\x06"), end]);
}
