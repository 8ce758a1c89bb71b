import { expect, it } from 'vitest'
import { every } from '../../workers/every.ts'
import { waitUntil } from '../support/wait-until.ts'

it('what is done now and then is done at once, again only after its pause, and at once where it failed', async () => {
  let count = 0
  let isFailing = true
  const turn = every(20, () => {
    count += 1
    return isFailing ? Promise.reject(new Error('fails')) : Promise.resolve()
  })
  await expect(turn()).rejects.toThrow('fails')
  isFailing = false
  await turn()
  expect(count).toBe(2)
  await turn()
  expect(count).toBe(2)
  await waitUntil('its pause is over', async () => {
    await turn()
    return count === 3
  })
})
