import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Documents that show what the code says elsewhere: each is compared with the code, so that no sign lies. */
const root = resolve(import.meta.dirname, '..')

describe('the variables of the environment', () => {
  const variables = [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): z$/gm)].map(first)

  it('are found in src/config.ts', () => {
    expect(variables).toContain('DATABASE_URL')
    expect(variables.length).toBeGreaterThan(8)
  })

  it('are all in .env.example, and no others', () => {
    const shown = [...read('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(first)
    expect(shown.toSorted()).toEqual(variables.toSorted())
  })

  it('are all in the table of README.md, and no others', () => {
    const rows = read('README.md')
      .split('\n')
      .filter((line) => /^\| `[A-Z]/.test(line))
      .map((line) => line.split('|')[1]!)
    const shown = rows.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(first))
    expect(shown.toSorted()).toEqual(variables.toSorted())
  })
})

function first(match: RegExpMatchArray): string {
  return match[1] ?? ''
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
