/** There is nobody at the other end where there should be: no client, or no shared daemon. */
export class NoClient extends Error {
  override name = "NoClient";
}
