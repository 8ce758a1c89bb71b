/** The full version of the API, on every answer; the major part is in the path (`/v1`). */
export const apiVersion = '1.0.0'

/**
 * What a page may load, and nothing else: no base for its addresses, no form, no embedded object.
 * Each of these is named, as what is allowed by default says nothing of the first two.
 */
export function policyOf(...allowed: readonly string[]): string {
  const never = ["object-src 'none'", "base-uri 'none'", "form-action 'none'"]
  return ["default-src 'none'", ...allowed, ...never].join('; ')
}

/** For pages that are printed: with styles of their own, and shown within the desk at most. */
export const printedPolicy = policyOf("style-src 'unsafe-inline'", "frame-ancestors 'self'")

/**
 * On every answer, whatever produced it (ADR /core/version-header and
 * /core/transport/security-headers). The policy forbids everything: only the documentation page
 * relaxes it, and only for itself. TLS ends in a proxy before us, which hands these on; over plain
 * HTTP a browser ignores the transport header (decision 0017).
 */
export const commonHeaders: Readonly<Record<string, string>> = {
  'api-version': apiVersion,
  'cache-control': 'no-store',
  'content-security-policy': policyOf("frame-ancestors 'none'"),
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}
