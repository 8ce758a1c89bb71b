import { describe, expect, it } from 'vitest'
import { createGroupCommit } from '../../../src/ingest/intake/group-commit.ts'
import { submitToLane, type Lane } from '../../../src/ingest/intake/lane.ts'
import { createRecentFixes, type FixKey } from '../../../src/ingest/intake/recent-fixes.ts'

type Entry = FixKey & { readonly deviceId: string }

function entryAt(second: number): Entry {
  return {
    deviceId: 'device',
    recordedAtMs: second * 1_000,
    longitude: 5 + second / 1e4,
    latitude: 52,
  }
}

function createLane() {
  const appends: { entries: Entry[]; pass: () => void; fail: (error: Error) => void }[] = []
  const recent = createRecentFixes()
  const lane: Lane<Entry> = {
    recent,
    isToRecall: () => false,
    recall: async () => {},
    admit: null,
    groups: createGroupCommit<Entry>({
      append: async (entries) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        appends.push({ entries: [...entries], pass: resolve, fail: reject })
        await promise
      },
      onCommitted: () => {},
      onFailed: (groupId, entries) => {
        for (const entry of entries) recent.forget(entry.deviceId, groupId)
      },
      entriesPerGroupMax: 100,
      nowMs: () => 0,
    }),
  }
  return { lane, appends }
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  void promise.then(
    () => (settled = true),
    () => (settled = true),
  )
  await turn()
  return settled
}

describe('what one request brings', () => {
  it('a request that holds the same fix twice counts it once', async () => {
    const { lane, appends } = createLane()
    const submitted = submitToLane(lane, [entryAt(1), entryAt(2), entryAt(1)])
    await turn()
    appends[0]?.pass()
    expect(await submitted).toEqual({ acceptedCount: 2, duplicateCount: 1 })
    expect(appends[0]?.entries).toEqual([entryAt(1), entryAt(2)])
  })

  it('a request sent again is all duplicates, and then nothing is appended', async () => {
    const { lane, appends } = createLane()
    const first = submitToLane(lane, [entryAt(1)])
    await turn()
    appends[0]?.pass()
    await first
    expect(await submitToLane(lane, [entryAt(1)])).toEqual({ acceptedCount: 0, duplicateCount: 1 })
    expect(appends).toHaveLength(1)
  })

  it('a request sent again is not acknowledged as a duplicate before the first sending is committed', async () => {
    const { lane, appends } = createLane()
    const first = submitToLane(lane, [entryAt(1)])
    await turn()
    const second = submitToLane(lane, [entryAt(1)])
    expect(await isSettled(second)).toBe(false)
    appends[0]?.pass()
    expect(await first).toEqual({ acceptedCount: 1, duplicateCount: 0 })
    expect(await second).toEqual({ acceptedCount: 0, duplicateCount: 1 })
  })

  it('a request sent again is taken after all when the first sending failed', async () => {
    const { lane, appends } = createLane()
    const first = submitToLane(lane, [entryAt(1)])
    await turn()
    const second = submitToLane(lane, [entryAt(1), entryAt(2)])
    appends[0]?.fail(new Error('the database went away'))
    await expect(first).rejects.toThrow('the database went away')
    await turn()
    appends[1]?.pass()
    await turn()
    await turn()
    appends[2]?.pass()
    expect(await second).toEqual({ acceptedCount: 2, duplicateCount: 0 })
    expect(appends.slice(1).map(({ entries }) => entries)).toEqual([[entryAt(2)], [entryAt(1)]])
  })

  it('a request is not failed by the failure of entries it has no part in', async () => {
    const { lane, appends } = createLane()
    const first = submitToLane(lane, [entryAt(1)])
    await turn()
    appends[0]?.pass()
    await first
    const failing = submitToLane(lane, [entryAt(2)])
    const repeated = submitToLane(lane, [entryAt(1)])
    await turn()
    appends[1]?.fail(new Error('the database went away'))
    await expect(failing).rejects.toThrow('the database went away')
    expect(await repeated).toEqual({ acceptedCount: 0, duplicateCount: 1 })
  })

  it('a request that fails leaves no trace in memory, so that sending it again is taken', async () => {
    const { lane, appends } = createLane()
    const first = submitToLane(lane, [entryAt(1), entryAt(1)])
    await turn()
    appends[0]?.fail(new Error('the database went away'))
    await expect(first).rejects.toThrow('the database went away')
    const again = submitToLane(lane, [entryAt(1)])
    await turn()
    appends[1]?.pass()
    expect(await again).toEqual({ acceptedCount: 1, duplicateCount: 0 })
  })
})
