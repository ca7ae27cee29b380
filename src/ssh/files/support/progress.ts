/** Called with the progress of one file's transfer. */
export interface Progress {
  /** The file's bytes begin to flow. @param total its size in bytes */
  begin(total: number): void;
  /** So many more bytes of it were received, or were sent as far as the server's window allows. */
  moved(bytes: number): void;
}
