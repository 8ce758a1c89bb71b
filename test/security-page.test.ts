import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const page = readFileSync('docs/security.md', 'utf8')
const rows = [...page.matchAll(/^\| (\d+\.\d+\.\d+) \| (\w+) \| (.*?) \|(.*)\|$/gm)].map(
  ([, id = '', state = '', where = '', shown = '']) => ({ id, state, where, shown }),
)

describe('the page about security', () => {
  it('the page about security names files that are there', () => {
    const named = [...page.matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(
      ([, file]) => file ?? '',
    )
    expect(named.length).toBeGreaterThan(80)
    expect(named.filter((file) => !existsSync(file))).toEqual([])
  })

  it('each requirement on the page stands once, in order, with a state, and one that is met with a test', () => {
    expect(rows).toHaveLength(86)
    const numbers = rows.map(({ id }) => id.split('.').map(Number))
    const sorted = numbers.toSorted(
      ([a = 0, b = 0, c = 0], [x = 0, y = 0, z = 0]) => a - x || b - y || c - z,
    )
    expect(numbers).toEqual(sorted)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
    const states = new Set(['met', 'part', 'open', 'outside'])
    expect(rows.filter(({ state }) => !states.has(state))).toEqual([])
    expect(rows.filter(({ state, shown }) => state === 'met' && !shown.includes('`test/'))).toEqual(
      [],
    )
  })
})
