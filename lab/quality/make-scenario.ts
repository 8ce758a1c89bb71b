import type { Fix } from '../../src/core/model/fix.ts'
import type { LocationBan, Registry } from '../../src/core/model/registry.ts'
import { dayMs } from '../../src/core/model/units.ts'
import type { RecordedFix } from '../../src/replay/importers/recording.ts'
import type { LoadedScenario } from '../../src/replay/scenario.ts'
import { packScenario } from '../../src/replay/scenario.ts'

/** One offender, the bans on them, and the victims they may not come near, as a scenario. */
export function makeScenario(
  offender: Wearer,
  locationBans: readonly LocationBan[],
  victims: readonly Victim[],
): LoadedScenario {
  const people = [{ ...offender, personId: 'offender' }, ...victims]
  const times = people.flatMap(({ fixes }) => fixes.map(({ recordedAtMs }) => recordedAtMs))
  const received = people.flatMap(({ fixes }) => fixes.map(({ receivedAtMs }) => receivedAtMs))
  const validFromMs = times.reduce((least, atMs) => Math.min(least, atMs), Infinity)
  const lastMs = [...times, ...received].reduce((most, atMs) => Math.max(most, atMs), -Infinity)
  const registry: Registry = {
    vendors: [{ id: 'vendor', name: 'Recordings' }],
    ...registerPeople(people, validFromMs),
    protectionOrders: [
      {
        id: 'order',
        version: 1,
        reference: 'recorded',
        legalBasis: 'special-condition',
        offenderId: 'offender',
        validFromMs,
        validUntilMs: lastMs + yearMs,
        status: 'active',
        locationBans,
        proximityBans: victims.map(({ personId, banId, separationMeters }) => ({
          id: banId,
          victimId: personId,
          separationMeters,
          approachMeters: 2 * separationMeters,
        })),
        escalation: null,
      },
    ],
  }
  const fixes = people.flatMap((wearer) => wearer.fixes.map((fix) => toFix(fix, wearer.personId)))
  return packScenario({ registry, fixes, deviceEvents: [] })
}

/** The first of them is the offender. */
function registerPeople(
  people: readonly (Wearer & { readonly personId: string })[],
  validFromMs: number,
): Pick<Registry, 'persons' | 'devices' | 'deviceAssignments'> {
  return {
    persons: people.map(({ personId }, index) => ({
      id: personId,
      role: index === 0 ? 'offender' : 'victim',
      reference: personId,
    })),
    devices: people.map((wearer, index) => ({
      id: `${wearer.personId}-device`,
      vendorId: 'vendor',
      serialNumber: `${wearer.personId}-device`,
      kind: index === 0 ? 'ankle-monitor' : 'victim-device',
      reportIntervalSeconds: wearer.reportIntervalSeconds,
    })),
    deviceAssignments: people.map(({ personId }) => ({
      id: `${personId}-assignment`,
      deviceId: `${personId}-device`,
      personId,
      validFromMs,
      validUntilMs: null,
    })),
  }
}

/**
 * The interval that nine in ten gaps of a recording keep, between a second and an hour:
 * the plan nobody wrote down.
 */
export function planOf(fixes: readonly RecordedFix[]): number {
  const gapsMs: number[] = []
  for (let index = 1; index < fixes.length; index++) {
    const gapMs = fixes[index]!.receivedAtMs - fixes[index - 1]!.receivedAtMs
    if (gapMs > 0) gapsMs.push(gapMs)
  }
  gapsMs.sort((one, other) => one - other)
  const gapMs = gapsMs[Math.floor(gapsMs.length * 0.9)] ?? 60_000
  return Math.max(1, Math.min(3_600, Math.ceil(gapMs / 1000)))
}

export type Wearer = {
  readonly fixes: readonly RecordedFix[]
  readonly reportIntervalSeconds: number
}

export type Victim = Wearer & {
  readonly personId: string
  readonly banId: string
  readonly separationMeters: number
}

/** Long enough that no reminder of an ending order comes into a recording. */
const yearMs = 365 * dayMs

function toFix(fix: RecordedFix, personId: string): Fix {
  return { ...fix, deviceId: `${personId}-device`, batteryFraction: null, sequence: null }
}
