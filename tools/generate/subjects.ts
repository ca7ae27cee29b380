/**
 * The pages of docs/protocol by the titles under which the contract's texts speak of them
 * ("see Trust"), so that the reference leads there.
 */
const subjects: Readonly<Record<string, string>> = {
  Algorithms: "algorithms.md",
  Files: "files.md",
  Limits: "limits.md",
  "Logging in": "login.md",
  "One daemon for many programs": "shared.md",
  Phases: "deadlines.md#phases",
  "Questions to the client": "questions.md",
  "The user's configuration": "configuration.md",
  "The way there": "routes.md",
  Reconnecting: "reconnecting.md",
  Trust: "trust.md",
};

/** Makes links of the pages that a text of the contract sends its readers to. */
export function linked(text: string): string {
  return text.replaceAll(/\b([Ss]ee )([A-Z][\w' ]*\w)/g, (_, see: string, title: string) => {
    const page = subjects[title];
    if (page === undefined) throw new Error(`there is no page "${title}" in docs/protocol`);
    return `${see}[${title}](${page})`;
  });
}
