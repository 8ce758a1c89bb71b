import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/**
 * Says whether a webhook may go to this URL: https to a host on the list, or http to a loopback
 * host on the list. A host on the list without a port stands for the port of https.
 */
export function checkWebhookUrl(text: string, allowedHosts: readonly string[]): WebhookUrlCheck {
  const url = URL.parse(text)
  if (url === null) return refused('The address cannot be read.')
  if (url.username !== '' || url.password !== '') {
    return refused('An address may not hold a user name or a password.')
  }
  if (url.hash !== '') return refused('An address may not hold a fragment.')
  const isLoopbackHost = loopbackHosts.has(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost)) {
    return refused('The address must begin with https.')
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const isAllowed = allowedHosts.some(
    (entry) => entry === `${url.hostname}:${port}` || (entry === url.hostname && port === '443'),
  )
  return isAllowed ? { isAllowed, url, isLoopbackHost } : refused('This host is not on the list.')
}

/**
 * The addresses a host has now, if every one of them may be called. One that may not refuses all: a
 * name that points inside and outside at once is an attempt to get inside.
 */
export async function resolveWebhookHost(
  hostname: string,
  isLoopbackHost: boolean,
): Promise<readonly ResolvedAddress[]> {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses =
    isIP(bare) === 0 ? await lookup(bare, { all: true }) : [{ address: bare, family: isIP(bare) }]
  for (const { address } of addresses) {
    if (!isCallable(address, isLoopbackHost)) {
      throw new Error('The host has an address that may not be called.')
    }
  }
  if (addresses.length === 0) throw new Error('The host has no address.')
  return addresses
}

/** Public addresses only; for a host that is itself loopback, loopback only. */
export function isCallable(address: string, isLoopbackHost: boolean): boolean {
  const version = isIP(address)
  if (version === 0) return false
  const family = version === 6 ? 'ipv6' : 'ipv4'
  if (isLoopbackHost) return loopback.check(address, family)
  return !(version === 6 ? inwardIpv6 : inwardIpv4).check(address, family)
}

export type WebhookUrlCheck =
  | { readonly isAllowed: true; readonly url: URL; readonly isLoopbackHost: boolean }
  | { readonly isAllowed: false; readonly detail: string }

export type ResolvedAddress = { readonly address: string; readonly family: number }

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * Everything that is not the public internet (IANA special-purpose registries), and ways to
 * spell it in IPv6. Two lists: a list takes an IPv4 address for its IPv6 spelling too, and that
 * range is refused as a whole.
 */
const inwardIpv4 = new BlockList()
const inwardIpv6 = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  inwardIpv4.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  // IPv4-translated: a translator takes ::ffff:0:7f00:1 to 127.0.0.1.
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  inwardIpv6.addSubnet(network, prefix, 'ipv6')
}

function refused(detail: string): WebhookUrlCheck {
  return { isAllowed: false, detail }
}
