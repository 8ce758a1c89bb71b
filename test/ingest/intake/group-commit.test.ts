import { describe, expect, it } from 'vitest'
import { createGroupCommit, type GroupCommit } from '../../../src/ingest/intake/group-commit.ts'

/** An append that the test lets through or fails by hand. */
function createGate() {
  const appends: { entries: string[]; pass: () => void; fail: (error: Error) => void }[] = []
  return {
    appends,
    append: async (entries: readonly string[]) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      appends.push({ entries: [...entries], pass: resolve, fail: reject })
      await promise
    },
  }
}

function createGroups(
  gate: ReturnType<typeof createGate>,
  failed: string[][] = [],
): GroupCommit<string> {
  return createGroupCommit<string>({
    append: gate.append,
    onCommitted: () => {},
    onFailed: (_groupId, entries) => void failed.push([...entries]),
    entriesPerGroupMax: 5,
    nowMs: () => 0,
  })
}

function add(groups: GroupCommit<string>, ...entries: string[]) {
  const group = groups.open(entries.length)
  for (const entry of entries) group.push(entry)
  return group
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

describe('a group commit', () => {
  it('a group commit appends at once what arrives in one turn of the event loop', async () => {
    const gate = createGate()
    const groups = createGroups(gate)
    add(groups, 'a')
    const second = add(groups, 'b')
    await turn()
    expect(gate.appends.map(({ entries }) => entries)).toEqual([['a', 'b']])
    gate.appends[0]?.pass()
    await second.done
  })

  it('a group commit lets nobody wait for the commits of a sender whose entries are judged in turn', async () => {
    const gate = createGate()
    const groups = createGroups(gate)
    const turns = ['flood', 'flood', 'other'].map((senderId) => {
      const group = groups.open(5, { senderId, lane: 'now' })
      for (const entry of ['1', '2', '3', '4', '5']) group.push(`${senderId} ${entry}`)
      return group
    })
    await turn()
    const own = add(groups, 'of now')
    await turn()
    expect(gate.appends.map(({ entries }) => entries[0])).toEqual(['flood 1', 'of now'])
    gate.appends[1]?.pass()
    await own.done
    // One at a time, and one of each sender.
    gate.appends[0]?.pass()
    await turns[0]?.done
    await turn()
    expect(gate.appends.map(({ entries }) => entries[0])).toEqual(['flood 1', 'of now', 'other 1'])
    gate.appends[2]?.pass()
    await turns[2]?.done
    await turn()
    gate.appends[3]?.pass()
    await groups.drained()
    expect(gate.appends[3]?.entries[0]).toBe('flood 1')
    expect(groups.stats().appendingMs).toBeNull()
  })

  it('a group commit says how long the append on its way has taken', async () => {
    const gate = createGate()
    const groups = createGroups(gate)
    expect(groups.stats().appendingMs).toBeNull()
    for (const settle of ['pass', 'fail'] as const) {
      const group = add(groups, 'a')
      await turn()
      const before = groups.stats().appendingMs ?? Number.NaN
      await turn()
      expect(groups.stats().appendingMs).toBeGreaterThan(before)
      gate.appends.at(-1)?.[settle](new Error('a line that is dead'))
      await group.done.catch(() => {})
      expect(groups.stats().appendingMs).toBeNull()
    }
  })

  it('a group commit gathers what arrives while an append is on its way', async () => {
    const gate = createGate()
    const groups = createGroups(gate)
    const first = add(groups, 'a')
    await turn()
    const second = add(groups, 'b')
    const third = add(groups, 'c')
    expect(third.id).toBe(second.id)
    gate.appends[0]?.pass()
    await first.done
    await turn()
    expect(gate.appends.map(({ entries }) => entries)).toEqual([['a'], ['b', 'c']])
    gate.appends[1]?.pass()
    await Promise.all([second.done, third.done])
    expect(groups.stats()).toMatchObject({
      committedGroupCount: 2,
      committedEntryCount: 3,
      queuedEntryCount: 0,
    })
  })

  it('a group commit starts another group when one is full, and never splits what one caller adds', async () => {
    const gate = createGate()
    const groups = createGroups(gate)
    add(groups, 'a', 'b', 'c')
    const last = add(groups, 'd', 'e', 'f')
    await turn()
    gate.appends[0]?.pass()
    await turn()
    expect(gate.appends.map(({ entries }) => entries)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ])
    gate.appends[1]?.pass()
    await last.done
  })

  it('a group commit fails exactly those whose append failed, after it has said so', async () => {
    const gate = createGate()
    const failed: string[][] = []
    const groups = createGroups(gate, failed)
    const first = add(groups, 'a')
    await turn()
    const second = add(groups, 'b')
    gate.appends[0]?.fail(new Error('the disk is full'))
    await expect(first.done).rejects.toThrow('the disk is full')
    expect(failed).toEqual([['a']])
    await turn()
    gate.appends[1]?.pass()
    await second.done
    expect(groups.stats()).toMatchObject({
      failedGroupCount: 1,
      committedGroupCount: 1,
      queuedEntryCount: 0,
    })
  })

  it('a group commit counts what waits and what is on its way until it is committed', async () => {
    const gate = createGate()
    const groups = createGroups(gate)
    for (let index = 0; index < 4; index += 1) add(groups, 'a', 'b', 'c', 'd')
    await turn()
    expect(groups.stats().queuedEntryCount).toBe(16)
    const drained = groups.drained()
    for (let index = 0; index < 4; index += 1) {
      gate.appends[index]?.pass()
      await turn()
    }
    await drained
    expect(groups.stats().queuedEntryCount).toBe(0)
  })

  it('a group commit still knows a group on its way, and no longer when it is committed', async () => {
    const gate = createGate()
    const groups = createGroups(gate)
    const first = add(groups, 'a')
    await turn()
    expect(groups.findUncommitted(first.id)?.id).toBe(first.id)
    gate.appends[0]?.pass()
    await first.done
    expect(groups.findUncommitted(first.id)).toBeNull()
  })
})
