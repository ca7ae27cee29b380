/** For the server, which has no business with SSH: only one process at a time may do some things. */
export { withFileLock } from "../../ssh/support/file-lock.ts";
