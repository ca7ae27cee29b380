/** What the shared daemon prints when clients may connect. */
export const readyLine = "ready\n";
