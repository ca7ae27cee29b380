"use strict";

/**
 * Reads user@host:port, as the authority of a URI has it; only the host must be there. A host may be
 * one of the user's ssh_config.
 *
 * @param {string} text
 * @returns {{ host: string, port?: number, username?: string }}
 */
function parseAddress(text) {
  const [, username, bracketed, plain, port] =
    /^(?:(.+)@)?(?:\[([^\]]+)\]|([^:@[\]]+))(?::(\d+))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || host.startsWith("-")) throw new Error(`${text} is no user@host:port`);
  return { host, ...(port && { port: Number(port) }), ...(username && { username }) };
}

module.exports = { parseAddress };
