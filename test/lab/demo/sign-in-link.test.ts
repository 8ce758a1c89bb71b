import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSignInLink } from '../../../lab/demo/server.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hoede-link-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('the link to sign in is waited for where the server is ready a moment before it says it', async () => {
  const log = path.join(folder, 'server.log')
  await appendFile(log, 'Hoede listens.\n')
  const found = readSignInLink(log, new AbortController().signal)
  await wait(120)
  // Half a line is no link.
  await appendFile(log, '  http://localhost:8080/sign-in#link=half')
  await wait(120)
  await appendFile(log, 'whole\n')
  expect(await found).toBe('http://localhost:8080/sign-in#link=halfwhole')
  // Another one is another, and not the first said again.
  const another = readSignInLink(log, new AbortController().signal, 1)
  await wait(60)
  await appendFile(log, '  http://localhost:8080/sign-in#link=second\n')
  expect(await another).toBe('http://localhost:8080/sign-in#link=second')
})
