import * as z from "zod/mini";
import { described, token } from "./schema.ts";

const common = () => ({
  token: z.optional(
    described(
      token(),
      "That of the call that asks, `ssh.new` or with `sudo` a program's, where it has one.",
    ),
  ),
  host: z.string(),
  port: z.int(),
  username: z.string(),
});

const prompt = () => z.strictObject({ prompt: z.string(), echo: z.boolean() });

const prompts = () =>
  described(
    z.array(prompt()),
    "To be answered in this order; without `echo` what is typed must not be seen.",
  );

const keyInFile = () =>
  z.strictObject({
    fingerprint: z.string(),
    keyType: z.string(),
    file: z.string(),
    line: z.int(),
  });

/** The params of `client/prompt`, the one request that the daemon sends. */
export const promptParams = () =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("password"), ...common(), prompts: prompts() }),
    z.strictObject({
      kind: z.literal("keyboard-interactive"),
      ...common(),
      name: described(z.string(), "The server's (RFC 4256 §3.2), as the next one; may be empty."),
      instruction: z.string(),
      prompts: prompts(),
    }),
    z.strictObject({
      kind: z.literal("passphrase"),
      ...common(),
      path: described(z.string(), "The key's file, or `privateKey`, the param."),
      prompts: prompts(),
    }),
    z.strictObject({
      kind: z.literal("host-key"),
      ...common(),
      prompts: described(z.array(prompt()), "None."),
      hostKey: z.strictObject({
        type: z.string(),
        fingerprint: z.string(),
        reason: z.enum(["unknown", "changed"]),
        expected: described(
          z.array(keyInFile()),
          "What known_hosts holds, where it changed; else empty.",
        ),
      }),
    }),
  ]);

/** The result of `client/prompt`: answers to all prompts, or for a host key whether to accept it. */
export const promptResult = () =>
  z.union([
    z.strictObject({
      answers: z.array(
        z.string().check(z.refine((text) => text.isWellFormed(), "must be well-formed Unicode")),
      ),
    }),
    z.strictObject({ accept: z.boolean() }),
  ]);

/** Every request that the daemon sends. */
export const clientMethods = {
  "client/prompt": {
    summary:
      "Asks the client for a secret, the answers to questions, or whether to trust a host key.",
    params: promptParams,
    result: () => z.nullable(promptResult()),
  },
} as const;

export type PromptParams = z.output<ReturnType<typeof promptParams>>;
export type PromptResult = z.output<ReturnType<typeof promptResult>>;

/**
 * Asks the client.
 *
 * @param signal aborts when nobody waits for the answer any more
 * @returns undefined where it won't answer, or its answer is malformed
 */
export type Ask = (params: PromptParams, signal: AbortSignal) => Promise<PromptResult | undefined>;
