/**
 * How many channels a server can have open at once without harm, where that is known of it.
 *
 * Dropbear 2022.82 to 2024.85 mistakes a new channel for one whose command has just ended, when
 * that happens between the new one's open and its request; it closes the new channel, and may end
 * the connection (github.com/mkj/dropbear, issue 321).
 *
 * @param ident the server's identification string (RFC 4253 §4.2)
 */
export function safeChannels(ident: string): number | undefined {
  const [, year, release] = /^SSH-2\.0-dropbear_(\d{4})\.(\d+)/.exec(ident) ?? [];
  if (year === undefined) return undefined;
  const version = Number(year) * 1000 + Number(release);
  return version >= 2022_082 && version <= 2024_085 ? 1 : undefined;
}

/**
 * Bytes of a command that a server bears: Dropbear ends the connection for a string that is longer
 * (its MAX_CMD_LEN, and MAX_STRING_LEN).
 *
 * @param ident the server's identification string (RFC 4253 §4.2)
 */
export function longestCommand(ident: string): number {
  return ident.startsWith("SSH-2.0-dropbear") ? 9000 : Infinity;
}

/** Routes whose server went down as a channel was opened ahead; the oldest first. */
const fragile = new Set<string>();
const mostFragile = 1000;

/** The server of a route has gone down with a channel that was opened ahead. */
export function noteFragile(route: string): void {
  fragile.add(route);
  for (const oldest of fragile) {
    if (fragile.size <= mostFragile) break;
    fragile.delete(oldest);
  }
}

/** Whether the server of a route is to have one channel at a time, as far as was seen. */
export function isFragile(route: string): boolean {
  return fragile.has(route);
}

/**
 * Bytes that may be sent behind a channel's exec request without waiting for its window.
 *
 * OpenSSH opens session channels without one and grants it as it starts the command (its session.c,
 * session_set_fds), hence before it reads what comes behind the request; where it starts none it
 * drops that. Waiting for the grant would cost each command with input a round trip more, and each
 * transfer. Its smallest window ever was this large; today's is 2 MiB.
 *
 * @param ident the server's identification string (RFC 4253 §4.2)
 */
export function earlyInput(ident: string): number {
  return /^SSH-(?:2\.0|1\.99)-OpenSSH_/.test(ident) ? 32 * 1024 : 0;
}

/**
 * Whether the server's scp is known to take `-d`: OpenSSH's own, which Dropbear's systems and
 * tinysshd's have too, and what was written after it. Network gear refuses the option.
 *
 * @param ident the server's identification string (RFC 4253 §4.2)
 */
export function hasOpenSshScp(ident: string): boolean {
  return /^SSH-(?:2\.0|1\.99)-(?:OpenSSH|dropbear|tinyssh|AsyncSSH|mod_sftp)/i.test(ident);
}
