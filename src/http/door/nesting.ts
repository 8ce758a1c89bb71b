/**
 * Whether a JSON text holds more than so many lists and objects inside one another, told by its
 * bytes alone and as soon as it does: to parse it, and then to walk through it, would keep
 * everybody else waiting. Brackets in strings do not count. Of text that is no JSON anything may be
 * said.
 */
export function isNestedDeeper(bytes: Buffer, depthMax: number): boolean {
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] ?? 0
    if (isQuoted) {
      if (code === backslash) at++
      else if (code === quote) isQuoted = false
    } else if (code === quote) isQuoted = true
    // [ ] { } are 0x5b 0x5d 0x7b 0x7d: equal but for one bit each.
    else if ((code & 0xdf) === 0x5b) {
      if (++depth > depthMax) return true
    } else if ((code & 0xdf) === 0x5d) depth--
  }
  return false
}

const quote = 0x22
const backslash = 0x5c
