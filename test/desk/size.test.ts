import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { buildDesk } from '../support/built-desk.ts'

describe('The size of the page', () => {
  it('what every desk loads is at most 250 kB compressed', async () => {
    await buildDesk()
    const built = fileURLToPath(new URL('../../dist/desk/', import.meta.url))
    const index = readFileSync(join(built, 'index.html'), 'utf8')
    const files = [...index.matchAll(/(?:src|href)="\/desk\/(assets\/[^"]+\.(?:js|css))"/g)]
    expect(files.length).toBeGreaterThanOrEqual(2)
    const sizes = files.map(([, file = '']) => statSync(join(built, `${file}.gz`)).size)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    // Less than the smallest page could be: a build that made nothing is no small one.
    expect(total).toBeGreaterThan(20_000)
    expect(total).toBeLessThanOrEqual(250_000)
  })
})
