import type { DeviceModel } from './device-models.ts'
import type { DeviceEventKind } from '../../../src/core/model/fix.ts'
import type { Device, Vendor } from '../../../src/core/model/registry.ts'
import type { StoryDraft } from '../cases/case-draft.ts'
import type { StoryKind, VendorOutage } from '../cases/case-stream.ts'
import type { PersonTrack } from '../people/person-track.ts'
import { travelModes } from '../cases/case-stream.ts'
import { between, randomUuid, wholeBetween } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import { dayMs } from '../../../src/core/model/units.ts'

/** What kind of device it is and everything that will be wrong with it. */
export type DevicePlan = {
  readonly device: Device
  readonly personId: string
  readonly model: DeviceModel
  readonly seed: number
  readonly startMs: number
  readonly endMs: number
  readonly off: readonly Stretch[]
  readonly deadZones: readonly Stretch[]
  readonly lying: readonly Stretch[]
  readonly frozen: readonly Stretch[]
  readonly outages: readonly Stretch[]
  readonly clockOffsetMs: number
  /** In this stretch the clock is ahead by so much more. */
  readonly clockAhead: (Stretch & { readonly byMs: number }) | null
  readonly events: readonly { readonly kind: DeviceEventKind; readonly atMs: number }[]
  /** Hours after midnight at which it is put on the charger, and not on these days. */
  readonly chargingHour: number
  readonly skippedDays: ReadonlySet<number>
  readonly drainPerHour: number
  /** Null: sent at once. */
  readonly batchMs: number | null
}

export function findStretch(stretches: readonly Stretch[], atMs: number): Stretch | null {
  for (const stretch of stretches) {
    if (stretch.fromMs > atMs) return null
    if (atMs < stretch.untilMs) return stretch
  }
  return null
}

export type Stretch = { readonly fromMs: number; readonly untilMs: number }

type PlannedWearer = {
  readonly personId: string
  readonly kind: Device['kind']
  readonly number: number
  readonly track: PersonTrack
}

type PlannedWorld = {
  readonly startMs: number
  readonly endMs: number
  readonly vendors: readonly Vendor[]
  readonly vendorOutages: readonly VendorOutage[]
}

export function planDevice(
  random: Random,
  wearer: PlannedWearer,
  model: DeviceModel,
  world: PlannedWorld,
  stories: readonly StoryDraft[],
): DevicePlan {
  const { startMs, endMs } = world
  const isVictim = wearer.kind === 'victim-device'
  const vendor = world.vendors[Math.floor(random.next() * world.vendors.length)]!
  const device = makeDevice(random, wearer, vendor.id, model)
  for (const story of stories) {
    if (isAboutDevice(story, isVictim)) story.deviceId = device.id
  }
  const mine = stories.filter((story) => story.deviceId === device.id)
  const days = Math.ceil((endMs - startMs) / dayMs)
  const isBatched = random.next() < 0.2
  return {
    device,
    personId: wearer.personId,
    model,
    seed: Math.floor(random.next() * 4_294_967_296),
    startMs,
    endMs,
    off: mine.filter(({ kind }) => kind.endsWith('off')).map(stretchOf),
    deadZones: planDeadZones(random, world, isVictim ? [] : stories),
    lying: everyday(random, world, days * 0.02, { shortestMs: 1_800_000, longestMs: 14_400_000 }),
    frozen: frozenWhileMoving(random, wearer.track, days * 0.04),
    outages: world.vendorOutages
      .filter(({ vendorId }) => vendorId === vendor.id)
      .map(({ startMs: fromMs, endMs: untilMs }) => ({ fromMs, untilMs })),
    clockOffsetMs: planClockOffsetMs(random),
    clockAhead: random.next() < 0.03 ? clockAhead(random, startMs, endMs) : null,
    events: mine.flatMap(eventsOf),
    chargingHour: isVictim ? between(random, 21.5, 23.5) : between(random, 18.5, 22),
    skippedDays: neglectedDays(mine, startMs),
    drainPerHour: planDrainPerHour(random, mine, isVictim),
    batchMs: isBatched ? 2_000 * model.registeredSeconds : null,
  }
}

function makeDevice(
  random: Random,
  wearer: PlannedWearer,
  vendorId: string,
  model: DeviceModel,
): Device {
  const prefix = wearer.kind === 'victim-device' ? 'VD' : 'AM'
  return {
    id: randomUuid(random),
    vendorId,
    serialNumber: `${prefix}-${String(wearer.number).padStart(6, '0')}`,
    kind: wearer.kind,
    reportIntervalSeconds: model.registeredSeconds,
  }
}

/** Holes of every day, and those of the stories that are uploaded late. */
function planDeadZones(
  random: Random,
  world: PlannedWorld,
  stories: readonly StoryDraft[],
): Stretch[] {
  const days = Math.ceil((world.endMs - world.startMs) / dayMs)
  return [
    ...everyday(random, world, days * 0.1, { shortestMs: 30_000, longestMs: 420_000 }),
    ...stories
      .filter(({ kind }) => kind === 'ban-stay-late-upload')
      .map(({ startMs: fromMs, endMs: untilMs }) => ({
        fromMs,
        untilMs: untilMs + between(random, 10, 60) * 60_000,
      })),
  ].toSorted((one, other) => one.fromMs - other.fromMs)
}

function planClockOffsetMs(random: Random): number {
  return Math.round(
    random.next() < 0.9 ? between(random, -1_200, 900) : between(random, -25_000, 3_000),
  )
}

function planDrainPerHour(
  random: Random,
  stories: readonly StoryDraft[],
  isVictim: boolean,
): number {
  if (stories.some(({ kind }) => kind === 'battery-neglected')) return neglectedDrainPerHour
  return isVictim ? between(random, 0.02, 0.032) : between(random, 0.018, 0.03)
}

/** An old battery, so that a day without the charger is enough. */
const neglectedDrainPerHour = 0.045

const bandStories: ReadonlySet<StoryKind> = new Set([
  'device-switched-off',
  'battery-neglected',
  'strap-tamper',
  'link-lost',
])
const victimStories: ReadonlySet<StoryKind> = new Set([
  'victim-device-off',
  'panic',
  'phone-at-rest',
])

function isAboutDevice({ kind }: StoryDraft, isVictim: boolean): boolean {
  return (isVictim ? victimStories : bandStories).has(kind)
}

function stretchOf(story: StoryDraft): Stretch {
  return { fromMs: story.startMs, untilMs: story.endMs }
}

function eventsOf({ kind, startMs, endMs }: StoryDraft): DevicePlan['events'] {
  if (kind === 'strap-tamper' || kind === 'panic') return [{ kind, atMs: startMs }]
  if (kind !== 'link-lost') return []
  return [
    { kind, atMs: startMs },
    { kind: 'link-restored', atMs: endMs },
  ]
}

/** Some so many stretches, anywhere, in order, not overlapping. */
function everyday(
  random: Random,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  expectedCount: number,
  { shortestMs, longestMs }: { readonly shortestMs: number; readonly longestMs: number },
): Stretch[] {
  const count = Math.floor(expectedCount + random.next())
  const starts = Array.from({ length: count }, () => between(random, startMs, endMs)).toSorted(
    (one, other) => one - other,
  )
  const stretches: Stretch[] = []
  for (const fromMs of starts) {
    if (fromMs < (stretches.at(-1)?.untilMs ?? 0)) continue
    stretches.push({ fromMs, untilMs: fromMs + between(random, shortestMs, longestMs) })
  }
  return stretches
}

/** A receiver that hangs is only wrong while its wearer moves, so it hangs then. */
function frozenWhileMoving(random: Random, track: PersonTrack, expectedCount: number): Stretch[] {
  const count = Math.floor(expectedCount + random.next())
  const stretches: Stretch[] = []
  for (let index = 0; index < count; index++) {
    let knot = wholeBetween(random, 0, Math.max(0, track.count - 2))
    while (knot + 1 < track.count && travelModes[track.modes[knot]!] === 'rest') knot++
    const fromMs = track.atMs[knot]!
    stretches.push({ fromMs, untilMs: fromMs + between(random, 10, 50) * 60_000 })
  }
  return stretches.toSorted((one, other) => one.fromMs - other.fromMs)
}

function clockAhead(
  random: Random,
  startMs: number,
  endMs: number,
): Stretch & { readonly byMs: number } {
  const fromMs = between(random, startMs, endMs)
  const byMs = Math.round(between(random, 20, 240) * 1000)
  return { fromMs, untilMs: fromMs + between(random, 1, 12) * 3_600_000, byMs }
}

function neglectedDays(stories: readonly StoryDraft[], startMs: number): ReadonlySet<number> {
  const days = new Set<number>()
  for (const story of stories) {
    if (story.kind !== 'battery-neglected') continue
    const first = Math.floor((story.startMs - startMs) / dayMs)
    const last = Math.floor((story.endMs - startMs) / dayMs)
    for (let day = first; day < last; day++) days.add(day)
  }
  return days
}
