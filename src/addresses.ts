/** Only this machine reaches it. A name that could be anything but `localhost` is not trusted. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Compared as text with what a browser sends, so only what a browser would send can ever match. */
export function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !text.includes('*')
  )
}

/** Of a service that is asked with something behind it; unencrypted on this machine alone. */
export function isServiceUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return false
  if (url.search !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
}

/** Of a service of squares: a service's address with a place for each of the three, once. */
export function isTileTemplate(text: string): boolean {
  const filled = text.replace('{z}', '1').replace('{x}', '1').replace('{y}', '1')
  const hasAll = ['{z}', '{x}', '{y}'].every((part) => text.split(part).length === 2)
  // The layer of some is named in the question.
  return hasAll && !/[{}]/.test(filled) && isServiceUrl(filled.replace(/\?[^#]*/, ''))
}

export function isUrlOf(text: string, protocols: readonly string[]): boolean {
  // An address without a host (postgres://user@/name?host=/run/postgresql) is a unix socket.
  const url = URL.parse(text) ?? URL.parse(text.replace('@/', '@localhost/'))
  return url !== null && protocols.includes(url.protocol)
}
