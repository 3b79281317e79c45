/* tls_node.ts: what of a program's TLS options can never work, in Node. */
import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";

import type { TlsOptions } from "./socket.js";

const CERTIFICATES =
  /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^]*?-----END \1-----/g;

/** Node passes over what it cannot read of these. */
function areCertificates(pem: unknown): boolean {
  const text =
    typeof pem === "string"
      ? pem
      : pem instanceof Uint8Array
        ? Buffer.from(pem).toString("latin1")
        : "";
  const found = text.match(CERTIFICATES) ?? [];
  try {
    return found.map((one) => new X509Certificate(one)).length > 0;
  } catch {
    return false;
  }
}

function isTaken(options: SecureContextOptions): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

/** In words that hold nothing of it; undefined: it may work. */
export function wrongTls(tls: TlsOptions | undefined): string | undefined {
  const { ca = [], cert, key, passphrase } = tls ?? {};
  const given = tls as SecureContextOptions | undefined;
  if (![ca].flat().every(areCertificates)) {
    return "tls.ca is no certificate in PEM";
  }
  if (cert !== undefined && !isTaken({ cert } as SecureContextOptions)) {
    return "tls.cert is no certificate in PEM";
  }
  if (
    key !== undefined &&
    !isTaken({ key, passphrase } as SecureContextOptions)
  ) {
    return "tls.key is no key in PEM, or tls.passphrase is another one's";
  }
  return given === undefined || isTaken(given)
    ? undefined
    : "tls cannot be used: does tls.key belong to tls.cert?";
}
