import type { Fault } from '../../errors.ts'
import { pointerOf } from '../../schemas/faults.ts'

/**
 * Finds names that stand twice in one object of a JSON text. RFC 8259 leaves open which of the two
 * counts: a proxy or a check of a signature may have read the other one. The text is known to be
 * valid, so the walk only tells strings from brackets; it cannot overflow the stack.
 */
export function findDoubledNames(text: string): DoubledName[] {
  const found: DoubledName[] = []
  const open: Frame[] = []
  let top: Frame | undefined
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = endOfString(text, at)
      if (top !== undefined && top.names !== null && top.isNameNext) {
        top.step = nameOf(text, at, end)
        if (top.names.has(top.step) && found.length < doubledCountMax)
          found.push({ path: open.map(({ step }) => step) })
        top.names.add(top.step)
        top.isNameNext = false
      }
      at = end
    } else if (code === openBrace || code === openBracket) {
      const isObject = code === openBrace
      top = { names: isObject ? new Set() : null, step: isObject ? '' : 0, isNameNext: isObject }
      open.push(top)
    } else if (code === closeBrace || code === closeBracket) {
      open.pop()
      top = open.at(-1)
    } else if (code === comma && top !== undefined) {
      if (top.names === null) top.step = Number(top.step) + 1
      else top.isNameNext = true
    }
  }
  return found
}

export type DoubledName = { readonly path: readonly (string | number)[] }

/** The fault of it, from `depth` steps below the root on. */
export function faultOfDoubled({ path }: DoubledName, depth: number): Fault {
  return {
    pointer: pointerOf(path.slice(depth)),
    code: 'doubled-name',
    detail: 'expected a field of this name once, got it again',
  }
}

type Frame = {
  /** Null: a list. */
  readonly names: Set<string> | null
  /** The name or the place that is being read. */
  step: string | number
  isNameNext: boolean
}

/** No answer names more faults than this. */
const doubledCountMax = 100

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** Where the string that begins at `start` ends: at a quote that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) return at
    if (code === backslash) at += 1
  }
  return text.length
}

/** A name can be spelled in several ways with escapes. */
function nameOf(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end)
  return raw.includes('\\') ? String(JSON.parse(text.slice(start, end + 1))) : raw
}
