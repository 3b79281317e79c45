/* certificate_node.ts: whose certificate it is that a server shows. */
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** RFC 6125 6.4.4: a subject's common name is no host's. */
export function checkName(
  host: string,
  given: PeerCertificate,
): Error | undefined {
  const subject = {} as PeerCertificate["subject"];
  return checkServerIdentity(host, { ...given, subject });
}
