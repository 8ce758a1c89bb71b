import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

export const root = join(import.meta.dirname, '../..')

/** Runs a command of ours as a person would, and tells how it ended. */
export function runCommand(
  command: string,
  flags: readonly string[],
  folder: string = root,
): Promise<CommandRun> {
  return new Promise((resolve) => {
    const file = join(root, command)
    execFile(process.execPath, [file, ...flags], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

export type CommandRun = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** What holds of each of our commands. */
export function itHasManners(command: string): void {
  it('a command explains itself', async () => {
    const { code, stdout } = await runCommand(command, ['--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Usage: /)
  })

  it('a command names a flag that it does not have', async () => {
    const { code, stdout, stderr } = await runCommand(command, ['--nonsense'])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('--nonsense')
  })
}
