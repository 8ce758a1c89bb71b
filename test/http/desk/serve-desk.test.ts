import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import type { App } from '../../../src/http/door/app-type.ts'
import { registerDesk } from '../../../src/http/desk/serve-desk.ts'

it('a page that is built anew under a running server is served with its own files, and nothing beside them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hoede-desk-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const app = fastify() as unknown as App
  app.setValidatorCompiler(() => (value) => ({ value }))
  await registerDesk(app, `${folder}/`)
  const statusOf = async (url: string) => (await app.inject({ url })).statusCode
  expect(await statusOf('/desk')).not.toBe(200)
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), 'page')
  writeFileSync(join(folder, 'assets', 'index-A.js'), 'first')
  writeFileSync(join(folder, 'secret.txt'), 'not served')
  expect([await statusOf('/desk'), await statusOf('/desk/assets/index-A.js')]).toEqual([200, 200])
  rmSync(join(folder, 'assets', 'index-A.js'))
  writeFileSync(join(folder, 'assets', 'index-B.js'), 'second')
  expect(await statusOf('/desk/assets/index-B.js')).toBe(200)
  for (const name of ['index-A.js', '..%2Fsecret.txt', '..%2Findex.html', '.', '%2e%2e'])
    expect(await statusOf(`/desk/assets/${name}`), name).not.toBe(200)
  await app.close()
})
