import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDecimal, readWhole } from '../src/command-line.ts'
import { root, runCommand } from './replay/run-command.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hoede-commands-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** Everything in package.json that is a program of ours; a new one is held to the same. */
function listCommands(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const files = Object.values(scripts).map((text) => /^node .*?([a-z/-]+\.ts)$/.exec(text)?.[1])
  return [...new Set(files.filter((file) => file !== undefined))]
}

describe('every command', () => {
  it('the commands of package.json were found', () => {
    expect(listCommands()).toContain('src/main.ts')
    expect(listCommands()).toContain('test/faults/faults-main.ts')
    expect(listCommands().length).toBeGreaterThanOrEqual(13)
  })

  it.concurrent.each(listCommands())(
    '%s answers --help with its usage, and does nothing',
    async (command) => {
      const { code, stdout, stderr } = await runCommand(command, ['--help'], folder)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^Usage: /)
      expect(await readdir(folder)).toEqual([])
    },
  )

  it.concurrent.each(
    listCommands().flatMap((command) => [
      [command, '--nonsense'] as const,
      [command, '-x'] as const,
    ]),
  )(
    '%s names %s, which it does not know, without a stack, and does nothing',
    async (command, flag) => {
      const { code, stdout, stderr } = await runCommand(command, [flag], folder)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(flag)
      expect(stderr).not.toMatch(/^ +at /m)
      expect(stderr).toContain('--help')
      expect(await readdir(folder)).toEqual([])
    },
  )
})

describe('numbers on the command line', () => {
  it.each(['1e1', '0x10', ' 1', '1.0', '-1', '', '1_0', '١', 'Infinity', '101'])(
    'a whole number from 0 to 100 is not written %j',
    (text) => {
      expect(() => readWhole('--cases', text, 0, 100)).toThrow('--cases is a whole number from 0')
    },
  )

  it.each(['1e1', '0x10', ' 1', '1.', '.5', '-1', '', 'NaN', '100.1'])(
    'a number from 0 to 100 is not written %j',
    (text) => {
      expect(() => readDecimal('--speed', text, 0, 100)).toThrow('--speed is a number from 0')
    },
  )

  it('decimal digits are numbers, with a part behind the point where that is asked for', () => {
    expect([readWhole('--cases', '0', 0, 100), readWhole('--cases', '0100', 0, 100)]).toEqual([
      0, 100,
    ])
    expect(readDecimal('--speed', '0.25', 0, 100)).toBe(0.25)
  })
})
