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
