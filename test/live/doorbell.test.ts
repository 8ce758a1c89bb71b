import { describe, expect, it } from 'vitest'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

const log = createSilentLog()

describe('the doorbell inside one process', () => {
  it('the doorbell rings for those who listen to the channel, at once, until they stop listening', async () => {
    const doorbell = createLocalDoorbell({ log, pollMs: 60_000 })
    const heard: string[] = []
    const stop = doorbell.on('journal', (cause) => heard.push(cause))
    doorbell.on('alert-events', () => heard.push('other'))
    doorbell.ring('journal')
    expect(heard).toEqual(['ring'])
    stop()
    doorbell.ring('journal')
    expect(heard).toEqual(['ring'])
    await doorbell.close()
  })

  it('the doorbell wakes listeners even when nobody rings', async () => {
    const doorbell = createLocalDoorbell({ log, pollMs: 5 })
    const heard: string[] = []
    doorbell.on('alert-events', (cause) => heard.push(cause))
    await waitUntil('two polls', () => heard.length >= 2)
    expect(new Set(heard)).toEqual(new Set(['poll']))
    await doorbell.close()
  })

  it('listeners hear the doorbell when another listener fails', async () => {
    const doorbell = createLocalDoorbell({ log, pollMs: 60_000 })
    let heard = 0
    doorbell.on('journal', () => {
      throw new Error('this listener is broken')
    })
    doorbell.on('journal', () => {
      heard += 1
    })
    doorbell.ring('journal')
    expect(heard).toBe(1)
    await doorbell.close()
  })
})
