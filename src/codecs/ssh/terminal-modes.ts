import { Buffer } from "node:buffer";
import type { TerminalMode } from "../../protocol/terminal-modes.ts";

/** The opcodes of RFC 4254 §8; IUTF8 is RFC 8160's. */
const opcodes: Readonly<Record<TerminalMode, number>> = {
  VINTR: 1,
  VQUIT: 2,
  VERASE: 3,
  VKILL: 4,
  VEOF: 5,
  VEOL: 6,
  VEOL2: 7,
  VSTART: 8,
  VSTOP: 9,
  VSUSP: 10,
  VDSUSP: 11,
  VREPRINT: 12,
  VWERASE: 13,
  VLNEXT: 14,
  VFLUSH: 15,
  VSWTCH: 16,
  VSTATUS: 17,
  VDISCARD: 18,
  IGNPAR: 30,
  PARMRK: 31,
  INPCK: 32,
  ISTRIP: 33,
  INLCR: 34,
  IGNCR: 35,
  ICRNL: 36,
  IUCLC: 37,
  IXON: 38,
  IXANY: 39,
  IXOFF: 40,
  IMAXBEL: 41,
  IUTF8: 42,
  ISIG: 50,
  ICANON: 51,
  XCASE: 52,
  ECHO: 53,
  ECHOE: 54,
  ECHOK: 55,
  ECHONL: 56,
  NOFLSH: 57,
  TOSTOP: 58,
  IEXTEN: 59,
  ECHOCTL: 60,
  ECHOKE: 61,
  PENDIN: 62,
  OPOST: 70,
  OLCUC: 71,
  ONLCR: 72,
  OCRNL: 73,
  ONOCR: 74,
  ONLRET: 75,
  CS7: 90,
  CS8: 91,
  PARENB: 92,
  PARODD: 93,
  TTY_OP_ISPEED: 128,
  TTY_OP_OSPEED: 129,
};

const TTY_OP_END = 0;

/** Encodes terminal modes as a pty-req has them (RFC 4254 §8): opcode, uint32, and TTY_OP_END. */
export function encodeTerminalModes(modes: Partial<Record<TerminalMode, number>>): Buffer {
  const entries = Object.entries(modes) as [TerminalMode, number][];
  const bytes = Buffer.alloc(entries.length * 5 + 1, TTY_OP_END);
  entries.forEach(([name, value], index) => {
    bytes.writeUInt8(opcodes[name], index * 5);
    bytes.writeUInt32BE(value, index * 5 + 1);
  });
  return bytes;
}
