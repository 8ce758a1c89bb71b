import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { makeFirstLink } from '../../src/sign-in/first-link.ts'
import { findLink } from '../../src/store/people/sign-in-links.ts'
import { hashToken } from '../../src/store/registry/api-clients.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(() => world?.close())

it('a demonstration gives its person another link while it runs, and no later start does', async () => {
  const { pool } = world.database
  const config = readConfig({ HOEDE_DEMO_PERSON: 'yes' })
  const nowMs = world.clock.timeMs
  const first = await makeFirstLink(pool, config, nowMs)
  const another = await first?.makeAnother?.(nowMs + 1)
  const linkOf = async (link = '') =>
    await findLink(pool, hashToken(link.split('#link=')[1] ?? ''), nowMs + 2)
  // The one before is worthless then, whether it was used or not.
  expect(await linkOf(first?.link)).toBeNull()
  expect(await linkOf(another)).toMatchObject({ purpose: 'sign-in', needsSecond: false })
  expect(await makeFirstLink(pool, config, nowMs + 3)).toBeNull()
})
