import { expect, it } from 'vitest'
import { createAskOnce } from '../../../src/http/door/ask-once.ts'

function createWorld() {
  const answers: PromiseWithResolvers<string>[] = []
  const clock = { elapsedMs: 0 }
  const { ask, forgetAll } = createAskOnce<string>(() => clock.elapsedMs)
  const askFor = (key: string): Promise<string> =>
    ask(key, () => {
      const answer = Promise.withResolvers<string>()
      answers.push(answer)
      return answer.promise
    })
  return { answers, askFor, clock, forgetAll }
}

it('whoever asks while the same is asked hears the same answer, and in the order of asking', async () => {
  const { answers, askFor } = createWorld()
  const heard: string[] = []
  const waiting = ['first', 'second', 'third'].map(async (name) => {
    heard.push(`${name} ${await askFor('token')}`)
  })
  const other = askFor('other')
  expect(answers).toHaveLength(2)
  answers[0]?.resolve('known')
  answers[1]?.resolve('unknown')
  await Promise.all(waiting)
  expect(heard).toEqual(['first known', 'second known', 'third known'])
  expect(await other).toBe('unknown')
})

it('what was answered, or failed, is asked anew', async () => {
  const { answers, askFor } = createWorld()
  const first = askFor('token')
  answers[0]?.reject(new Error('the line has ended'))
  await expect(first).rejects.toThrow('the line has ended')
  const second = askFor('token')
  answers[1]?.resolve('known')
  expect(await second).toBe('known')
  void askFor('token')
  expect(answers).toHaveLength(3)
})

it('an answer that was under way when all was forgotten is not waited for, and takes nothing along', async () => {
  const { answers, askFor, forgetAll } = createWorld()
  const early = askFor('token')
  forgetAll()
  const late = askFor('token')
  answers[0]?.resolve('before')
  expect(await early).toBe('before')
  const later = askFor('token')
  expect(answers).toHaveLength(2)
  answers[1]?.resolve('after')
  expect(await Promise.all([late, later])).toEqual(['after', 'after'])
})

it('whoever comes a second after an answer was asked for does not wait for it: its line may be dead', async () => {
  const { answers, askFor, clock } = createWorld()
  const early = askFor('token')
  clock.elapsedMs += 999
  const soon = askFor('token')
  expect(answers).toHaveLength(1)
  clock.elapsedMs += 1
  const late = askFor('token')
  expect(answers).toHaveLength(2)
  answers[1]?.resolve('known')
  expect(await late).toBe('known')
  answers[0]?.reject(new Error('the line was dead'))
  await expect(early).rejects.toThrow('the line was dead')
  await expect(soon).rejects.toThrow('the line was dead')
})
