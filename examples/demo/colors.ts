/** Colour where the terminal has it: not in a pipe, nor where NO_COLOR (no-color.org) is set. */
const enabled = process.stdout.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";

const style = (code: number) => (text: string) => (enabled ? `\x1b[${code}m${text}\x1b[0m` : text);

export const bold = style(1);
export const dim = style(2);
export const red = style(31);
export const green = style(32);
export const yellow = style(33);
export const cyan = style(36);
