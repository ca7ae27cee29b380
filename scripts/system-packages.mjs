import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * What the tests need of the system. `programs` are looked for in PATH and the sbin folders,
 * `libraries` under /usr/lib and its multiarch folders; `services` are those its installation
 * brings along, which we don't want running.
 */
export const systemPackages = [
  { package: "openssh-client", use: "ssh and scp", programs: ["ssh", "scp", "ssh-keygen"] },
  {
    package: "openssh-server",
    use: "tests against OpenSSH",
    programs: ["sshd"],
    services: ["ssh.service", "ssh.socket"],
  },
  { package: "dropbear-bin", use: "tests against Dropbear", programs: ["dropbear", "dropbearkey"] },
  {
    package: "libnss-wrapper",
    use: "an account for those servers",
    libraries: ["libnss_wrapper.so"],
  },
  {
    package: "libpam-wrapper",
    use: "keyboard-interactive tests",
    libraries: ["libpam_wrapper.so", "pam_wrapper/pam_matrix.so"],
  },
];

export function missingPackages() {
  return systemPackages.filter(
    ({ programs = [], libraries = [] }) =>
      !programs.every(hasProgram) || !libraries.every(hasLibrary),
  );
}

function hasProgram(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((each) => each !== "");
  return [...folders, "/usr/sbin", "/usr/local/sbin", "/sbin"].some((folder) =>
    existsSync(join(folder, name)),
  );
}

function hasLibrary(name) {
  const multiarch = existsSync("/usr/lib") ? readdirSync("/usr/lib") : [];
  return ["", "../lib64", "../local/lib", ...multiarch.filter((each) => each.includes("-linux-"))]
    .map((folder) => join("/usr/lib", folder, name))
    .some(existsSync);
}
