/** The full version of the API, on every answer; the major part is in the path (`/v1`). */
export const apiVersion = '1.0.0'

/**
 * On every answer, whatever produced it (ADR /core/version-header and
 * /core/transport/security-headers). The policy forbids everything: only the documentation page
 * relaxes it, and only for itself. TLS ends in a proxy before us, which hands these on; over plain
 * HTTP a browser ignores the transport header (decision 0017).
 */
export const commonHeaders: Readonly<Record<string, string>> = {
  'api-version': apiVersion,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}
