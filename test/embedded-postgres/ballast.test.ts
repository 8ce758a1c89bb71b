import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  ballastName,
  dropBallast,
  keepBallast,
  tendBallast,
} from '../../src/embedded-postgres/ballast.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hoede-ballast-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('ballast takes room on the disk that can be given up once', async () => {
  await keepBallast(folder)
  const { blocks, mtimeMs } = await stat(path.join(folder, ballastName))
  // Blocks of 512 bytes that are really taken, not a hole in a file.
  expect(blocks * 512).toBeGreaterThanOrEqual(64 * 1024 * 1024)
  await keepBallast(folder)
  expect((await stat(path.join(folder, ballastName))).mtimeMs).toBe(mtimeMs)
  expect(await dropBallast(folder)).toBe(true)
  expect(await dropBallast(folder)).toBe(false)
  expect(await readdir(folder)).toEqual([])
})

it('ballast is given up while the database runs, and made again when there is clearly room', async () => {
  const megabyte = 1024 * 1024
  await keepBallast(folder)
  expect(await tendBallast(folder, async () => 33 * megabyte)).toBe(false)
  expect(await tendBallast(folder, async () => 31 * megabyte)).toBe(true)
  expect(await readdir(folder)).toEqual([])
  // It was given up before: nothing new to tell.
  expect(await tendBallast(folder, async () => 0)).toBe(false)
  await tendBallast(folder, async () => 1_087 * megabyte)
  expect(await readdir(folder)).toEqual([])
  await tendBallast(folder, async () => 1_088 * megabyte)
  expect(await readdir(folder)).toEqual([ballastName])
})
