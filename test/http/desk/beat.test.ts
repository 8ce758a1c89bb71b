import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let address: string
beforeAll(async () => {
  world = await createTestApp()
  address = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => world.close())

async function hear(query: string, until: (text: string) => boolean): Promise<string> {
  const stop = new AbortController()
  const answer = await fetch(`${address}/v1/alert-events${query}`, {
    headers: { authorization: `Bearer ${world.tokens.operator}` },
    signal: stop.signal,
  })
  let text = ''
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (until(text)) break
  }
  stop.abort()
  return text
}

it('a page that asks for beats hears the time at once, and that detection is behind', async () => {
  const text = await hear('?beats=yes', (heard) => heard.includes('detection-behind'))
  expect(text).toMatch(/event: desk\.beat\ndata: \{"time":"2026-11-23T18:30:00/)
})

it('a reader who does not ask for beats hears events only', async () => {
  expect(await hear('', (heard) => heard.includes('retry'))).not.toContain('desk.beat')
})
