import { describe, expect, it } from 'vitest'
import { itHasManners, runCommand } from '../../replay/run-command.ts'

describe('the demo command', () => {
  itHasManners('lab/demo/demo-main.ts')

  it.each([
    ['a speed at which people would be teleports', ['--speed', '50'], /--speed is a number from/],
    ['recordings that are not there', ['--recordings', 'nowhere.gpx'], /nowhere\.gpx/],
  ])('the demo command given %s says so before it starts a server', async (_, flags, message) => {
    const { code, stdout, stderr } = await runCommand('lab/demo/demo-main.ts', flags)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
  })
})
