import { existsSync, readdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/**
 * What the tests need of the system. `programs` are looked for in PATH and the sbin folders,
 * `libraries` under /usr/lib and its multiarch folders; a package with neither is asked of dpkg.
 * `services` are those its installation brings along, which we don't want running.
 */
export const testPackages = [
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
  { package: "sudo", use: "programs run by it", programs: ["sudo"] },
  { package: "curl", use: "SOCKS as others ask for it", programs: ["curl"] },
  {
    package: "redis-server",
    use: "its own wire through a connection",
    programs: ["redis-server"],
    services: ["redis-server.service"],
  },
  {
    package: "postgresql",
    use: "the same",
    services: ["postgresql.service"],
  },
  { package: "util-linux", use: "tests of files that can't grow", programs: ["prlimit"] },
  { package: "openssl", use: "private keys of OpenSSL", programs: ["openssl"] },
  { package: "putty-tools", use: "private keys of PuTTY", programs: ["puttygen"] },
  { package: "python3-asyncssh", use: "a server made with asyncssh" },
  { package: "python3-paramiko", use: "one made with paramiko" },
  { package: "golang-golang-x-crypto-dev", use: "one made with x/crypto/ssh" },
  { package: "dash", use: "quoting for each login shell", programs: ["dash"] },
  { package: "bash", use: "the same", programs: ["bash", "rbash"] },
  { package: "golang-github-pkg-sftp-dev", use: "its SFTP server" },
  {
    package: "proftpd-core",
    use: "its SFTP server",
    programs: ["proftpd"],
    services: ["proftpd.service"],
  },
  { package: "proftpd-mod-crypto", use: "the same" },
  { package: "busybox", use: "the same", programs: ["busybox"] },
  { package: "zsh", use: "the same", programs: ["zsh"] },
  { package: "ksh93u+m", use: "the same", programs: ["ksh93"] },
  { package: "mksh", use: "the same", programs: ["mksh"] },
  { package: "fish", use: "the same", programs: ["fish"] },
  { package: "csh", use: "the same", programs: ["bsd-csh"] },
  { package: "tcsh", use: "the same", programs: ["tcsh"] },
  { package: "git", use: "installing from a checkout", programs: ["git"] },
  { package: "g++", use: "building the native binding", programs: ["g++"] },
  { package: "procps", use: "tests that look for processes", programs: ["ps", "top"] },
  { package: "vim-tiny", use: "programs on a terminal", programs: ["vi"] },
  { package: "less", use: "the same", programs: ["less"] },

  { package: "python3", use: "the Python client", programs: ["python3"] },
  { package: "python3-venv", use: "installing the Python client" },
  { package: "python3-hatchling", use: "the same" },
  { package: "python3-pytest", use: "the pytest example" },
  { package: "python3-fabric", use: "the document on moving over from it" },
  { package: "make", use: "a command of the Python client's README", programs: ["make"] },
  { package: "mypy", use: "the Python client's types", programs: ["mypy"] },

  { package: "lua5.4", use: "the Lua client", programs: ["lua5.4"] },
  { package: "lua5.1", use: "the same", programs: ["lua5.1"] },
  { package: "lua5.2", use: "the same", programs: ["lua5.2"] },
  { package: "lua5.3", use: "the same", programs: ["lua5.3"] },
  { package: "luajit", use: "the same", programs: ["luajit"] },
  { package: "neovim", use: "the same, and the Neovim example", programs: ["nvim"] },
  { package: "lua-luv", use: "the Lua client on luv" },
  { package: "lua-check", use: "the Lua client's lint", programs: ["luacheck"] },
  { package: "luarocks", use: "the Lua client's rock", programs: ["luarocks"] },
  { package: "liblua5.4-dev", use: "the same" },

  { package: "golang-go", use: "the Go client", programs: ["go", "gofmt"] },
  { package: "gcc", use: "Go's race detector", programs: ["gcc"] },
  { package: "libc6-dev", use: "the same" },
];

const shared = new Set(
  "openssh-client openssh-server libnss-wrapper python3 lua5.4 luajit golang-go gcc libc6-dev python3-paramiko python3-asyncssh python3-venv golang-golang-x-crypto-dev golang-github-pkg-sftp-dev".split(
    " ",
  ),
);

/** What the bench needs: its server, its peers, and what builds and runs them. */
export const benchPackages = [
  ...testPackages.filter((each) => shared.has(each.package)),
  { package: "libssh2-1-dev", use: "the peer libssh2" },
  { package: "rsync", use: "the peer of that name", programs: ["rsync"] },
  { package: "lftp", use: "the same", programs: ["lftp"] },
  { package: "rclone", use: "the same", programs: ["rclone"] },
];

export function missingPackages(packages) {
  return packages.filter((each) => !isThere(each));
}

function isThere({ package: name, programs = [], libraries = [] }) {
  if (programs.length + libraries.length === 0) return hasPackage(name);
  return programs.every(hasProgram) && libraries.every(hasLibrary);
}

/** Whether dpkg knows the package's files; those of several architectures have it in their name. */
function hasPackage(name) {
  const folder = "/var/lib/dpkg/info";
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some(
    (file) => file === `${name}.list` || (file.startsWith(`${name}:`) && file.endsWith(".list")),
  );
}

/** @param name of a program in PATH, or its absolute path */
export function hasProgram(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((each) => each !== "");
  return [...folders, "/usr/sbin", "/usr/local/sbin", "/sbin"].some((folder) =>
    existsSync(resolve(folder, name)),
  );
}

function hasLibrary(name) {
  const multiarch = existsSync("/usr/lib") ? readdirSync("/usr/lib") : [];
  return ["", "../lib64", "../local/lib", ...multiarch.filter((each) => each.includes("-linux-"))]
    .map((folder) => join("/usr/lib", folder, name))
    .some(existsSync);
}
