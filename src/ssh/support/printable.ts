/** Another program's words, for a terminal or a log: no control characters but newlines and tabs. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "").trim();
}
