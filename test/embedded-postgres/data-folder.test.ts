import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainFolderError, openDataFolder } from '../../src/embedded-postgres/data-folder.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hoede-folder-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('the data folder', () => {
  it('the data folder is made where it is missing, taken once, and free again when released', async () => {
    const folder = path.join(root, 'a/b/c')
    const first = await openDataFolder(folder)
    await expect(openDataFolder(folder)).rejects.toMatchObject({
      code: 'data-folder-in-use',
      message: expect.stringContaining(`process ${process.pid}`),
    })
    await first.release()
    const second = await openDataFolder(folder)
    await second.release()
    expect(await readdir(folder)).toEqual(['hoede.lock'])
  })

  it('the data folder goes to exactly one of many that want it at once, over what a dead process left', async () => {
    for (let round = 0; round < 20; round += 1) {
      const folder = path.join(root, `race-${round}`)
      await mkdir(folder)
      await writeFile(path.join(folder, 'hoede.pid'), '1')
      await writeFile(path.join(folder, 'hoede.lock'), '')
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => openDataFolder(folder)),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
  })

  it('the data folder is taken although something was written into its lock', async () => {
    const folder = await mkdtemp(path.join(root, 'odd-'))
    await writeFile(path.join(folder, 'hoede.lock'), JSON.stringify({ pid: 1 }).padEnd(600))
    const opened = await openDataFolder(folder)
    await expect(openDataFolder(folder)).rejects.toMatchObject({ code: 'data-folder-in-use' })
    await opened.release()
  })

  it('a data folder that is a file, or below one, is refused with what to do', async () => {
    const file = path.join(root, 'file')
    await writeFile(file, '')
    for (const folder of [file, path.join(file, 'below')]) {
      await expect(openDataFolder(folder)).rejects.toMatchObject({
        code: 'data-folder-unusable',
        message: expect.stringContaining('Set HOEDE_DATA_DIR to a folder'),
      })
    }
  })
})

it.each([
  ['ENOSPC', 'disk-full', 'Free some space'],
  ['EDQUOT', 'disk-full', 'Free some space'],
  ['EROFS', 'data-folder-unusable', 'mounted read-only'],
  ['EACCES', 'data-folder-unusable', 'may not write'],
  ['EPERM', 'data-folder-unusable', 'may not write'],
  ['EIO', 'data-folder-unusable', '(EIO)'],
])(
  'the error %s of the file system becomes a sentence that says what to do',
  (code, expected, words) => {
    const explained = explainFolderError('/data', Object.assign(new Error('x'), { code }))
    expect(explained).toMatchObject({ code: expected, message: expect.stringContaining(words) })
    expect(explained.message).toContain('/data')
  },
)
