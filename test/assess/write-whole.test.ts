import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeWhole } from '../../src/assess/write-whole.ts'

it('what a killed command left of the court is taken away, whoever has its number now', async () => {
  const out = await mkdtemp(join(tmpdir(), 'hoede-whole-'))
  try {
    const leave = (pid: number, ageMs: number): string => {
      const folder = join(out, `.advice-${pid}-x`)
      mkdirSync(folder)
      writeFileSync(join(folder, 'advice-court.html'), 'of somebody')
      const writtenAt = new Date(Date.now() - ageMs)
      utimesSync(folder, writtenAt, writtenAt)
      return folder
    }
    // In a container a command has the same number each time.
    leave(process.pid, 0)
    // Of another start of the machine: the number is that of something else by now.
    leave(1, 2 * 3_600_000)
    const atWork = leave(process.ppid, 0)
    await writeWhole(out, async (folder) => {
      writeFileSync(join(folder, 'advice-file.html'), 'new')
      await Promise.resolve()
    })
    expect(existsSync(atWork)).toBe(true)
    await rm(atWork, { recursive: true })
    expect(readdirSync(out)).toEqual(['advice-file.html'])
  } finally {
    await rm(out, { recursive: true })
  }
})
