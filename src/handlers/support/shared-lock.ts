/** `server` may not import `ssh`, and needs the lock to start one shared daemon only. */
export { withFileLock } from "../../ssh/support/file-lock.ts";
