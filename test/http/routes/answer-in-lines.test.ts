import { expect, it } from 'vitest'
import { RefusedInput } from '../../../src/errors.ts'
import { answerInLines, type Work } from '../../../src/http/routes/answer-in-lines.ts'

it('each whole percent is told once, and the answer is the last line', async () => {
  const lines = await linesOf(async (onStep) => {
    for (const percent of [0, 0.4, 12.3, 12.9, 40]) {
      onStep(percent)
      await later()
    }
    return { id: 1 }
  })
  expect(lines).toEqual([{ percent: 12 }, { percent: 40 }, { answer: { id: 1 } }])
})

it('what is done between two readings is not lost', async () => {
  const lines = await linesOf(async (onStep) => {
    onStep(10)
    onStep(20)
    await later()
    return null
  })
  expect(lines).toEqual([{ percent: 20 }, { answer: null }])
})

it('what fails before the first line fails as every request does', async () => {
  const refused = linesOf(async (onStep) => {
    onStep(0)
    throw new RefusedInput('unavailable', 'Too many wait.')
  })
  await expect(refused).rejects.toThrow('Too many wait.')
})

it('what fails after it is the last line, and of a fault of ours nothing is told', async () => {
  const faults: unknown[] = []
  const failing =
    (error: Error): Work<null> =>
    async (onStep) => {
      onStep(50)
      await later()
      throw error
    }
  const refused = await linesOf(failing(new RefusedInput('not-found', 'No such.')), faults)
  expect(refused).toMatchObject([{ percent: 50 }, { problem: { status: 404, detail: 'No such.' } }])
  const broken = await linesOf(failing(new Error('row 7 of Anna')), faults)
  expect(broken).toMatchObject([{ percent: 50 }, { problem: { status: 500 } }])
  expect(JSON.stringify(broken)).not.toContain('Anna')
  expect(faults).toHaveLength(2)
})

async function linesOf<T>(work: Work<T>, faults: unknown[] = []): Promise<unknown[]> {
  const lines: unknown[] = []
  for await (const line of answerInLines(work, (error) => faults.push(error))) {
    expect(line.endsWith('\n')).toBe(true)
    lines.push(JSON.parse(line))
  }
  return lines
}

/** A turn of the loop, in which whoever reads may read. */
async function later(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
