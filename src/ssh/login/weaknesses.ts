import type { Agreed } from "../ssh2/key-exchange/negotiation.ts";

/** What is weak in what was negotiated, as `ssh` has warned of it since 10.1 (ssh_config(5), WarnWeakCrypto). */
export function weaknesses({ kex, postQuantum }: Agreed): string[] {
  if (postQuantum) return [];
  return [
    `the connection is not using a post-quantum key exchange algorithm, but ${kex}: it may be vulnerable to "store now, decrypt later" attacks, and the server may need to be upgraded (https://openssh.com/pq.html)`,
  ];
}
