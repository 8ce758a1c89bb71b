import type { Fault } from '../../errors.ts'
import { pointerOf } from '../../schemas/faults.ts'

/**
 * Finds names that reach into prototypes, text that no database can hold, and nesting beyond the
 * bound, at any depth. Iterative, so that nesting cannot exhaust the stack it is there to protect;
 * and it works out where it is only for a fault: thousands of long paths cost more than the walk.
 */
export function findForbidden(root: unknown): Fault[] {
  const faults: Fault[] = []
  const report = (place: Place | null, code: string, detail: string): void => {
    if (faults.length < faultCountMax) faults.push({ pointer: pointerAt(place), code, detail })
  }
  const open: Container[] = []
  const visit = (value: unknown, parent: Place | null, step: string | number): void => {
    if (typeof value === 'string') {
      if (!isStorable(value)) report({ parent, step, depth: 0 }, 'invalid-text', wrongText)
    } else if (typeof value === 'object' && value !== null) {
      open.push({ value, place: { parent, step, depth: (parent?.depth ?? 0) + 1 } })
    }
  }
  visit(root, null, '')
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (faults.length >= faultCountMax) break
    const { value, place } = next
    if (place.depth > depthMax) {
      report(null, 'too-deep', `expected at most ${depthMax} levels of nesting, got more`)
      break
    }
    if (Array.isArray(value)) {
      for (const [index, child] of value.entries()) visit(child, place, index)
      continue
    }
    for (const name of Object.keys(value)) {
      if (forbiddenNames.has(name)) {
        report({ parent: place, step: name, depth: 0 }, 'forbidden-property', wrongName)
      }
      if (!isStorable(name)) report(place, 'invalid-text', wrongNameText)
      visit((value as Readonly<Record<string, unknown>>)[name], place, name)
    }
  }
  return faults
}

/**
 * Mends text that no database can hold, in place, and leaves out fields whose name is such text:
 * for phone apps, which send the same body for ever until it is taken, and for which the name of a
 * wireless network must not stand in the way.
 */
export function mendText(root: unknown): void {
  const open: unknown[] = [root]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    // A list is an object with numbers for names.
    const container = next as Record<string, unknown>
    for (const name of Object.keys(container)) {
      const value = container[name]
      if (!isStorable(name)) delete container[name]
      else if (typeof value === 'string') container[name] = mend(value)
      else if (typeof value === 'object' && value !== null) open.push(value)
    }
  }
}

function mend(text: string): string {
  return isStorable(text) ? text : text.replaceAll('\0', '\uFFFD').toWellFormed()
}

/** A multipolygon in an order is ten deep. */
export const depthMax = 32

/** No answer names more faults than this. */
const faultCountMax = 100

const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype'])

const wrongName = 'expected no field of this name'
const wrongText = 'expected text of Unicode characters other than NUL, got some that is not'
const wrongNameText =
  'expected names of fields of Unicode characters other than NUL, got one that is not'

type Place = {
  readonly parent: Place | null
  readonly step: string | number
  /** How many containers deep, this one included. */
  readonly depth: number
}

type Container = { readonly value: object; readonly place: Place }

function pointerAt(place: Place | null): string {
  const path: (string | number)[] = []
  // The root is a place too, but no step.
  for (let at = place; at !== null && at.parent !== null; at = at.parent) path.push(at.step)
  return pointerOf(path.toReversed())
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
