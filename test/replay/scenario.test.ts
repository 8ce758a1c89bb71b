import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { fixAt } from '../../src/replay/fix-columns.ts'
import { loadScenario } from '../../src/replay/scenario.ts'
import type { ScenarioFault } from '../../src/replay/scenario-fault.ts'
import { writeScenario } from '../../src/replay/write-scenario.ts'
import { generateTown, stagePlan } from '../../lab/town/town.ts'

const town = generateTown(5, stagePlan(Date.UTC(2026, 2, 10, 8)))
/** The file as JSON, to be spoilt. */
type RawRegistry = Record<string, Record<string, unknown>[]>

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hoede-scenario-'))
  await writeScenario(directory, town.scenario)
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

function load(): Promise<Awaited<ReturnType<typeof loadScenario>>> {
  return loadScenario(directory, defaultLimits, (fault) => {
    throw fault
  })
}

async function setRegistry(change: (registry: RawRegistry) => void): Promise<void> {
  const file = join(directory, 'registry.json')
  const registry = JSON.parse(await readFile(file, 'utf8')) as RawRegistry
  change(registry)
  await writeFile(file, JSON.stringify(registry))
}

describe('a scenario folder', () => {
  it('a scenario folder is read back to the facts that were written', async () => {
    const loaded = await load()
    expect(loaded.registry).toEqual(town.scenario.registry)
    expect(loaded.fixes.count).toBe(town.scenario.fixes.length)
    for (const [row, fix] of town.scenario.fixes.entries()) {
      expect(fixAt(loaded.fixes, row)).toEqual(fix)
    }
    expect(loaded.deviceEvents).toEqual(town.scenario.deviceEvents)
  })

  it('a scenario folder whose registry begins with a byte order mark is read', async () => {
    const file = join(directory, 'registry.json')
    await writeFile(file, `\uFEFF${await readFile(file, 'utf8')}`)
    expect((await load()).registry).toEqual(town.scenario.registry)
  })

  it('a scenario folder may begin with a byte order mark, and has the leap seconds and lower case of the API', async () => {
    const { serialNumber } = town.scenario.registry.devices[0]!
    const lines = ['2016-12-31T23:59:60Z', '2026-03-10t08:00:00z'].map((recordedAt) =>
      JSON.stringify({ serialNumber, recordedAt, longitude: 5, latitude: 52 }),
    )
    await writeFile(join(directory, 'positions.ndjson'), `\uFEFF${lines.join('\n')}\n`)
    const { fixes } = await load()
    expect([fixAt(fixes, 0).recordedAtMs, fixAt(fixes, 1).recordedAtMs]).toEqual([
      Date.UTC(2017, 0, 1),
      Date.UTC(2026, 2, 10, 8),
    ])
  })

  it('a scenario folder takes a position without receivedAt as received when it was recorded', async () => {
    const serialNumber = town.scenario.registry.devices[0]!.serialNumber
    const line = {
      serialNumber,
      recordedAt: '2026-03-10T09:00:00+01:00',
      longitude: 5,
      latitude: 52,
    }
    await writeFile(join(directory, 'positions.ndjson'), `${JSON.stringify(line)}\n`)
    const fix = fixAt((await load()).fixes, 0)
    expect(fix.recordedAtMs).toBe(Date.UTC(2026, 2, 10, 8))
    expect(fix.receivedAtMs).toBe(fix.recordedAtMs)
    expect(fix.accuracyMeters).toBeNull()
  })
})

const good = { recordedAt: '2026-03-10T08:00:00Z', longitude: 5, latitude: 52 }

describe('a bad line', () => {
  it.each([
    ['serialNumber', { ...good, serialNumber: 'nobody' }, /"nobody"/],
    ['recordedAt', { ...good, recordedAt: '2026-02-30T08:00:00Z' }, /RFC 3339/],
    ['recordedAt', { ...good, recordedAt: '2026-03-10 08:00' }, /RFC 3339/],
    ['recordedAt', { ...good, receivedAt: '2026-03-10T07:54:00Z' }, /at most 300 s after/],
    ['recordedAt', { ...good, receivedAt: '2026-05-10T08:00:00Z' }, /35 days/],
    ['longitude', { ...good, longitude: 180.1 }, /at most 180, got more$/],
    ['latitude', { ...good, latitude: '52' }, /expected a number, got a string$/],
    ['accuracyMeters', { ...good, accuracyMeters: -1 }, /at least 0, got -1$/],
    ['source', { ...good, source: 'sky' }, /expected "gnss" or .*, got "sky"$/],
    ['colour', { ...good, colour: 'red' }, /expected no field of this name, got an unknown field$/],
    ['sequence', { ...good, sequence: 1.5 }, /expected a whole number, got 1.5$/],
  ])('a bad line is named by file, line and field: %s', async (field, body, message) => {
    const serialNumber = town.scenario.registry.devices[0]!.serialNumber
    const file = join(directory, 'positions.ndjson')
    await writeFile(file, `${JSON.stringify({ serialNumber, ...good })}\n\n`)
    await appendFile(file, `${JSON.stringify({ serialNumber, ...body })}\n`)
    await expect(load()).rejects.toMatchObject({ file, line: 3, field })
    await expect(load()).rejects.toThrow(message)
  })

  it('a bad line never has its position repeated in the message', async () => {
    const serialNumber = town.scenario.registry.devices[0]!.serialNumber
    const body = { serialNumber, ...good, longitude: 512.345678 }
    await writeFile(
      join(directory, 'positions.ndjson'),
      `${JSON.stringify(body)}\n{"lat": 52.1234\n`,
    )
    const faults: ScenarioFault[] = []
    await loadScenario(directory, defaultLimits, (fault) => faults.push(fault))
    expect(faults.map(({ line }) => line)).toEqual([1, 2])
    expect(faults.map(({ message }) => message).join()).not.toMatch(/512|52\.1/)
  })

  it('a bad line is left out and counted when the caller says so, and the others are kept', async () => {
    await appendFile(join(directory, 'device-events.ndjson'), 'no json\n')
    const faults: ScenarioFault[] = []
    const loaded = await loadScenario(directory, defaultLimits, (fault) => faults.push(fault))
    expect(faults).toHaveLength(1)
    expect(loaded.deviceEvents).toHaveLength(town.scenario.deviceEvents.length)
  })
})

describe('a registry', () => {
  it.each([
    [
      'an id twice',
      'persons[1].id',
      (r: RawRegistry) => (r['persons']![1]!['id'] = r['persons']![0]!['id']),
    ],
    [
      'a device of no vendor',
      'devices[0].vendorId',
      (r: RawRegistry) => (r['devices']![0]!['vendorId'] = 'x'),
    ],
    [
      'an order about a victim',
      'protectionOrders[0].offenderId',
      (r: RawRegistry) =>
        (r['protectionOrders']![0]!['offenderId'] = r['persons']!.find(
          (person) => person['role'] === 'victim',
        )!['id']),
    ],
    [
      'a ban of no shape',
      'protectionOrders[0].locationBans[0]',
      (r: RawRegistry) =>
        delete (r['protectionOrders']![0]!['locationBans'] as RawRegistry[string])[0]!['circle'],
    ],
    [
      'more bans in an order than there may be',
      'protectionOrders[0].locationBans',
      (r: RawRegistry) => {
        const order = r['protectionOrders']![0]!
        const [ban] = order['locationBans'] as RawRegistry[string]
        order['locationBans'] = Array.from({ length: 101 }, (_, id) => ({ ...ban, id: `${id}` }))
      },
    ],
    [
      'more victims of one offender than detection has room for',
      'protectionOrders[10].proximityBans',
      (r: RawRegistry) => {
        const [model] = r['protectionOrders']!
        const people = Array.from({ length: 1100 }, (_, id) => ({
          id: `v${id}`,
          role: 'victim',
          reference: `v${id}`,
        }))
        r['persons']!.push(...people)
        r['protectionOrders'] = Array.from({ length: 11 }, (_, index) => ({
          ...model,
          id: `o${index}`,
          proximityBans: people.slice(index * 100, index * 100 + 100).map(({ id }) => ({
            id: `p${id}`,
            victimId: id,
            separationMeters: 1000,
            approachMeters: 2000,
          })),
        }))
      },
    ],
    [
      'an approach that begins nearer than the breach',
      'protectionOrders[0].proximityBans[0].approachMeters',
      (r: RawRegistry) => {
        const victimId = r['persons']!.find(({ role }) => role === 'victim')!['id']
        r['protectionOrders']![0]!['proximityBans'] = [
          { id: 'p', victimId, separationMeters: 500, approachMeters: 400 },
        ]
      },
    ],
    [
      'a border that is no number',
      'protectionOrders[0].locationBans[0].circle.radiusMeters',
      (r: RawRegistry) => {
        const [ban] = r['protectionOrders']![0]!['locationBans'] as RawRegistry[string]
        ban!['circle'] = { ...(ban!['circle'] as object), radiusMeters: 'wide' }
      },
    ],
    [
      'an unknown field',
      'vendors[0].motto',
      (r: RawRegistry) => (r['vendors']![0]!['motto'] = 'x'),
    ],
  ])('a registry with %s is refused at its field', async (_, field, change) => {
    await setRegistry(change)
    await expect(load()).rejects.toMatchObject({ field })
  })

  it('a registry with one serial number at two vendors needs the vendor on each line', async () => {
    const [first, second] = town.scenario.registry.devices
    const other = town.scenario.registry.vendors.find(({ id }) => id !== first!.vendorId)!
    await setRegistry((registry) => {
      const device = registry['devices']!.find(({ id }) => id === second!.id)!
      device['vendorId'] = other.id
      device['serialNumber'] = first!.serialNumber
    })
    const file = join(directory, 'positions.ndjson')
    const body = { serialNumber: first!.serialNumber, ...good }
    await writeFile(file, `${JSON.stringify(body)}\n`)
    await expect(load()).rejects.toMatchObject({ field: 'vendorId', line: 1 })
    await writeFile(file, `${JSON.stringify({ ...body, vendorId: other.id })}\n`)
    await writeFile(join(directory, 'device-events.ndjson'), '')
    expect(fixAt((await load()).fixes, 0).deviceId).toBe(second!.id)
  })
})
