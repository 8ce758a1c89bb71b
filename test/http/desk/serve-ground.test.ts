import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs } from '../../support/signed-in.ts'
import { startTileService } from '../../support/tile-service.ts'

const folder = mkdtempSync(join(tmpdir(), 'hoede-ground-'))
const street = {
  type: 'Feature',
  properties: { layer: 'street', name: 'Kade' },
  geometry: {
    type: 'LineString',
    coordinates: [
      [4.89, 52.37],
      [4.9, 52.372],
    ],
  },
}
const tile = '/desk/tiles/14/8414/5384'

let world: TestApp
beforeAll(async () => {
  const path = join(folder, 'ground.json')
  writeFileSync(
    path,
    JSON.stringify({ type: 'FeatureCollection', attribution: 'us', features: [street] }),
  )
  world = await createTestApp({ environment: { HOEDE_GROUND_PATH: path } })
})
afterAll(async () => {
  await world?.close()
  rmSync(folder, { recursive: true, force: true })
})

it('the ground is shown to who works at a desk, by their session, and to nobody else', async () => {
  for (const url of ['/desk/ground', tile]) {
    expect((await world.app.inject({ url })).statusCode, url).toBe(401)
    for (const role of ['operator', 'supervisor'] as const) {
      const { cookie } = await signInAs(world, { roles: [role] })
      const answer = await world.app.inject({ url, headers: { cookie } })
      expect(answer.statusCode, `${role} ${url}`).toBe(200)
      expect(answer.headers['cache-control']).toBe('no-store')
      // What another page of the browser sends along with the session is refused.
      const foreign = { cookie, 'sec-fetch-site': 'same-site' }
      expect((await world.app.inject({ url, headers: foreign })).statusCode).toBe(403)
    }
    for (const role of ['administrator', 'auditor'] as const) {
      const { cookie } = await signInAs(world, { roles: [role] })
      expect((await world.app.inject({ url, headers: { cookie } })).statusCode, role).toBe(403)
    }
  }
})

it('whoever asks for squares without an end is slowed, and answers alerts all the same', async () => {
  const { cookie } = await signInAs(world, { roles: ['operator'] })
  const ask = async (url: string) =>
    (await world.app.inject({ url, headers: { cookie } })).statusCode
  const answers: number[] = []
  for (let count = 0; count < 320; count += 1) answers.push(await ask(tile))
  expect(answers.slice(0, 300).every((status) => status === 200)).toBe(true)
  expect(answers.slice(300)).toEqual(Array.from({ length: 20 }, () => 429))
  expect(await ask('/v1/incidents')).toBe(200)
  expect((await world.call('supervisor', 'GET', tile)).status).toBe(200)
})

it('a map of somebody else comes by this server, to who works at a desk, and says whose it is', async () => {
  const outside = await startTileService()
  const mapped = await createTestApp({ environment: { HOEDE_BRT_TILES_URL: outside.template } })
  const { cookie } = await signInAs(mapped, { roles: ['operator'] })
  const picture = '/desk/pictures/16/33659/21538'
  const ask = async (url: string) => await mapped.app.inject({ url, headers: { cookie } })
  const ground = (await ask('/desk/ground')).json<{ kind: string; pictures: object }>()
  expect(ground).toMatchObject({ kind: 'none', pictures: { tileZoomMax: 16 } })
  expect(JSON.stringify(ground.pictures)).toContain('© Kadaster')
  expect((await mapped.app.inject({ url: picture })).statusCode).toBe(401)
  expect(outside.asked).toEqual([])
  const answer = await ask(picture)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers).toMatchObject({ 'content-type': 'image/png', 'cache-control': 'no-store' })
  expect(answer.headers['content-security-policy']).not.toContain('http')
  expect((await ask('/desk/pictures/8/0/0')).statusCode).toBe(204)
  outside.answerWith((response) => response.writeHead(500).end())
  const missing = await ask('/desk/pictures/15/16829/10700')
  expect(missing.statusCode).toBe(503)
  // What is said of a failure names no square.
  expect(missing.json<{ detail: string }>().detail).not.toMatch(/\d/)
  await mapped.close()
  outside.close()
  // Where nothing is configured there is nothing.
  expect((await world.call('supervisor', 'GET', picture)).status).toBe(204)
})
