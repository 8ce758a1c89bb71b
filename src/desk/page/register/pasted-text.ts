import { defaultLimits } from '../../../core/model/limits.ts'

/**
 * Whether a text is more than an area can be: told by its characters alone, since what is nested
 * too deep breaks whatever reads it, and what is too long holds the page.
 */
export function isTooMuch(text: string): boolean {
  if (text.length > pastedMax.characters) return true
  let depth = 0
  let vertexCount = 0
  let isQuoted = false
  // An array that holds no other is a corner, and one that ends after a corner is a ring.
  let last: 'opened' | 'corner' | 'other' = 'other'
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (isQuoted) {
      if (sign === '\\') at++
      else if (sign === '"') isQuoted = false
    } else if (sign === '"') isQuoted = true
    else if (sign === '[' || sign === '{') {
      if (++depth > pastedMax.depth) return true
      last = sign === '[' ? 'opened' : 'other'
    } else if (sign === ']') {
      depth--
      if (last === 'opened') vertexCount++
      // The corner that closes a ring does not count: it is the first one again.
      else if (last === 'corner') vertexCount--
      last = last === 'opened' ? 'corner' : 'other'
    } else if (sign === '}') {
      depth--
      last = 'other'
    }
  }
  return vertexCount > pastedMax.vertices
}

/** As many corners as the API takes; each has place for a hundred characters. */
export const pastedMax = {
  vertices: defaultLimits.verticesPerBanMax,
  characters: 100 * defaultLimits.verticesPerBanMax,
  /** Eight lead to a number of a collection of areas; what is said beside them goes deeper. */
  depth: 32,
} as const
