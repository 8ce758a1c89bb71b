import type { DeviceEventKind } from '../../../src/core/model/fix.ts'
import type { Device, Vendor } from '../../../src/core/model/registry.ts'
import type { StoryDraft } from '../cases/case-draft.ts'
import type { StoryKind, VendorOutage } from '../cases/case-stream.ts'
import type { PersonTrack } from '../people/person-track.ts'
import { travelModes } from '../cases/case-stream.ts'
import { between, randomUuid, wholeBetween } from '../random.ts'
import type { Random } from '../random.ts'
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

export type DeviceModel = {
  readonly name: string
  /** What the registry says. */
  readonly registeredSeconds: number
  readonly movingSeconds: number
  /** Null: nothing but heartbeats at rest. */
  readonly restingSeconds: number | null
  readonly heartbeatSeconds: number
}

/** Bands from the eager to the thrifty, in the shares in which they are given out. */
export const bandModels: readonly (readonly [share: number, model: DeviceModel])[] = [
  [0.02, steady('band-10', 10)],
  [0.07, steady('band-30', 30)],
  [0.43, steady('band-60', 60)],
  [0.16, steady('band-120', 120)],
  [0.08, steady('band-300', 300)],
  [0.03, steady('band-600', 600)],
  [
    0.21,
    {
      name: 'band-adaptive',
      registeredSeconds: 120,
      movingSeconds: 60,
      restingSeconds: 360,
      heartbeatSeconds: 120,
    },
  ],
]

export const victimModels: readonly (readonly [share: number, model: DeviceModel])[] = [
  [0.3, steady('fob-60', 60)],
  [
    0.5,
    {
      name: 'phone',
      registeredSeconds: 300,
      movingSeconds: 30,
      restingSeconds: null,
      heartbeatSeconds: 300,
    },
  ],
  [
    0.2,
    {
      name: 'phone-eager',
      registeredSeconds: 120,
      movingSeconds: 15,
      restingSeconds: null,
      heartbeatSeconds: 120,
    },
  ],
]

export function pickModel(
  random: Random,
  models: readonly (readonly [share: number, model: DeviceModel])[],
): DeviceModel {
  let left = random.next()
  for (const [share, model] of models) {
    left -= share
    if (left < 0) return model
  }
  return models.at(-1)![1]
}

export function planDevice(
  random: Random,
  wearer: {
    readonly personId: string
    readonly kind: Device['kind']
    readonly number: number
    readonly track: PersonTrack
  },
  model: DeviceModel,
  world: {
    readonly startMs: number
    readonly endMs: number
    readonly vendors: readonly Vendor[]
    readonly vendorOutages: readonly VendorOutage[]
  },
  stories: readonly StoryDraft[],
): DevicePlan {
  const { startMs, endMs } = world
  const isVictim = wearer.kind === 'victim-device'
  const vendor = world.vendors[Math.floor(random.next() * world.vendors.length)]!
  const device: Device = {
    id: randomUuid(random),
    vendorId: vendor.id,
    serialNumber: `${isVictim ? 'VD' : 'AM'}-${String(wearer.number).padStart(6, '0')}`,
    kind: wearer.kind,
    reportIntervalSeconds: model.registeredSeconds,
  }
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
    deadZones: [
      ...everyday(random, world, days * 0.1, { shortestMs: 30_000, longestMs: 420_000 }),
      ...stories
        .filter(({ kind }) => !isVictim && kind === 'ban-stay-late-upload')
        .map(({ startMs: fromMs, endMs: untilMs }) => ({
          fromMs,
          untilMs: untilMs + between(random, 10, 60) * 60_000,
        })),
    ].toSorted((one, other) => one.fromMs - other.fromMs),
    lying: everyday(random, world, days * 0.02, { shortestMs: 1_800_000, longestMs: 14_400_000 }),
    frozen: frozenWhileMoving(random, wearer.track, days * 0.04),
    outages: world.vendorOutages
      .filter(({ vendorId }) => vendorId === vendor.id)
      .map(({ startMs: fromMs, endMs: untilMs }) => ({ fromMs, untilMs })),
    clockOffsetMs: Math.round(
      random.next() < 0.9 ? between(random, -1_200, 900) : between(random, -25_000, 3_000),
    ),
    clockAhead: random.next() < 0.03 ? clockAhead(random, startMs, endMs) : null,
    events: mine.flatMap(eventsOf),
    chargingHour: isVictim ? between(random, 21.5, 23.5) : between(random, 18.5, 22),
    skippedDays: neglectedDays(mine, startMs),
    drainPerHour: mine.some(({ kind }) => kind === 'battery-neglected')
      ? neglectedDrainPerHour
      : isVictim
        ? between(random, 0.02, 0.032)
        : between(random, 0.018, 0.03),
    batchMs: isBatched ? 2_000 * model.registeredSeconds : null,
  }
}

/** An old battery, so that a day without the charger is enough. */
const neglectedDrainPerHour = 0.045

function steady(name: string, seconds: number): DeviceModel {
  return {
    name,
    registeredSeconds: seconds,
    movingSeconds: seconds,
    restingSeconds: seconds,
    heartbeatSeconds: seconds,
  }
}

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
