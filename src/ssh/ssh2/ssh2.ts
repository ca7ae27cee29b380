import crypto from "node:crypto";
import { createRequire } from "node:module";
import type * as Ssh2 from "ssh2";
import { isSet } from "../support/process-settings.ts";
import { addMethods, takingCertificates } from "./key-exchange/negotiation.ts";
import type { KexModule, ParseKey } from "./key-exchange/negotiation.ts";
import { trustCisco } from "./patches/cisco.ts";
import { createChosenGroup, createNamedGroup } from "./patches/group-exchange.ts";
import { withKeyObject } from "./patches/key-objects.ts";
import { fillFromPool } from "./patches/random-pool.ts";

const { createCipheriv, createDecipheriv, createHmac, randomFillSync } = crypto;

/** Faster functions, which ssh2 is given in place of node:crypto's while it is loaded. */
const quicker = {
  randomFillSync: fillFromPool,
  createCipheriv: withKeyObject(createCipheriv),
  createDecipheriv: withKeyObject(createDecipheriv),
  createHmac: withKeyObject(createHmac),
};

interface Loaded {
  readonly ssh2: typeof Ssh2;
  /** What ssh2 does with each message, by its number. */
  readonly messageHandlers: readonly unknown[];
  readonly release: string;
  /** Whether this ssh2 has the methods of negotiation.ts added to its own. */
  readonly hasOwnMethods: boolean;
}

interface Constants {
  readonly COMPAT_CHECKS: unknown[][];
  readonly SUPPORTED_KEX: string[];
  readonly SUPPORTED_SERVER_HOST_KEY: string[];
}

function load(): Loaded {
  const { createDiffieHellman, createDiffieHellmanGroup } = crypto;
  Object.assign(crypto, isSet("crypto-for-ssh2") && quicker, {
    createDiffieHellman: createChosenGroup,
    createDiffieHellmanGroup: createNamedGroup,
  });
  try {
    const require = createRequire(import.meta.url);
    // Loaded first, as the other modules read it.
    const constants = require("ssh2/lib/protocol/constants.js") as Constants;
    trustCisco(constants);
    const kex = loadKex(
      require("ssh2/lib/protocol/keyParser.js") as { parseDERKey: ParseKey },
      () => require("ssh2/lib/protocol/kex.js") as KexModule,
    );
    return {
      hasOwnMethods: addMethods(kex, constants.SUPPORTED_KEX, constants.SUPPORTED_SERVER_HOST_KEY),
      ssh2: require("ssh2") as typeof Ssh2,
      messageHandlers: require("ssh2/lib/protocol/handlers.js") as readonly unknown[],
      release: (require("ssh2/package.json") as { version: string }).version,
    };
  } finally {
    Object.assign(crypto, {
      createCipheriv,
      createDecipheriv,
      createDiffieHellman,
      createDiffieHellmanGroup,
      createHmac,
      randomFillSync,
    });
  }
}

/** It looks the function up as it is loaded. */
function loadKex(keyParser: { parseDERKey: ParseKey }, loadIt: () => KexModule): KexModule {
  const { parseDERKey } = keyParser;
  keyParser.parseDERKey = takingCertificates(parseDERKey);
  try {
    return loadIt();
  } finally {
    keyParser.parseDERKey = parseDERKey;
  }
}

export const { ssh2, messageHandlers, release, hasOwnMethods } = load();
