import { destination } from '../../geo/distance.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { LocationBan, ProximityBan } from '../../src/core/model/registry.ts'
import type { AlertLine } from '../../src/replay/alert-line.ts'
import { fixAlong, layBans } from '../../src/replay/importers/lay-bans.ts'
import { replayScenario } from '../../src/replay/replay.ts'
import { packScenario } from '../../src/replay/scenario.ts'
import type { ExpectedAlert } from '../town/cast.ts'
import type { Cut } from './cut-recording.ts'
import { addOrder, addWalker, createRecordingsCast, scenarioOf } from './recordings-cast.ts'
import type { RecordingsCast, Walker, WalkPlan } from './recordings-cast.ts'

/** A part that a recording can play: who walks, under which order, and what must come of it. */
export type Part = {
  readonly key: string
  readonly title: string
  readonly mustRaise: readonly ExpectedAlert[]
  /** Tried in turn until the evaluator itself says that one of them shows what it should. */
  readonly attempts: (cut: Cut) => Iterable<Attempt>
  readonly isShown: (lines: readonly AlertLine[]) => boolean
}

type Attempt = {
  readonly ban: LocationBan
  readonly walk: (cast: RecordingsCast) => Partial<WalkPlan>
  readonly act: (cast: RecordingsCast, walker: Walker) => void
}

/** Gives the part to the first of these cuts it works with. */
export function castPart(cast: RecordingsCast, part: Part, cuts: readonly Cut[]): boolean {
  for (const cut of cuts) {
    for (const attempt of part.attempts(cut)) {
      const trial = createRecordingsCast(cast.startMs)
      playAttempt(trial, part, cut, attempt)
      if (part.isShown(linesOf(trial))) {
        playAttempt(cast, part, cut, attempt)
        return true
      }
    }
  }
  return false
}

/** Two people on one way; the order keeps them apart, their ways do not. */
export function castPair(
  cast: RecordingsCast,
  offenderCut: Cut,
  victimCut: Cut,
  victimLagMs: number,
): boolean {
  const play = (target: RecordingsCast): void => {
    const offender = addWalker(target, 'offender', offenderCut, {})
    const victim = addWalker(target, 'victim', victimCut, {
      departMs: target.startMs + 4_000 + victimLagMs,
    })
    const ban: ProximityBan = {
      id: `pair-of-${offender.personId}`,
      victimId: victim.personId,
      separationMeters: 400,
      approachMeters: 800,
    }
    addOrder(target, offender, [], [ban])
    target.storylines.push({
      key: 'proximity-breach',
      title: 'two moving people come too close',
      subjectIds: [offender.personId, offender.deviceId, victim.personId, victim.deviceId],
      mustRaise: [expectation('proximity-breach')],
      mayRaise: ['proximity-approach'],
    })
  }
  const trial = createRecordingsCast(cast.startMs)
  play(trial)
  if (!linesOf(trial).some(({ kind }) => kind === 'proximity-breach')) {
    return false
  }
  play(cast)
  return true
}

export const parts: readonly Part[] = [
  {
    key: 'ban-entered-and-left',
    title: 'a ban is entered and left',
    mustRaise: [
      expectation('location-ban-approach'),
      expectation('location-ban-breach', { isEnded: true }),
    ],
    attempts: (cut) => bansOnTheWay(cut, simply),
    isShown: (lines) =>
      has(lines, 'raised', 'location-ban-approach') && has(lines, 'ended', 'location-ban-breach'),
  },
  {
    key: 'approach-without-entering',
    title: 'a ban is approached, not entered',
    mustRaise: [expectation('location-ban-approach')],
    attempts: bansBesideTheWay,
    isShown: (lines) =>
      has(lines, 'raised', 'location-ban-approach') &&
      lines.every(({ kind }) => kind === 'location-ban-approach'),
  },
  {
    key: 'late-upload-reveals-breach',
    title: 'a late upload reveals a breach',
    mustRaise: [expectation('location-ban-breach', { isLate: true })],
    attempts: (cut) =>
      bansOnTheWay(cut, {
        walk: ({ startMs }) => ({ departMs: startMs - 600_000, heldUntilMs: startMs + 45_000 }),
        act: () => {},
      }),
    isShown: (lines) => lines.some(({ kind, late }) => kind === 'location-ban-breach' && late),
  },
  {
    key: 'strap-tamper',
    title: 'a strap is cut',
    mustRaise: [expectation('device-tamper')],
    attempts: (cut) => [{ ban: distantBan(cut), walk: () => ({}), act: sendTamper }],
    isShown: (lines) => has(lines, 'raised', 'device-tamper'),
  },
  {
    key: 'silent-device',
    title: 'a device falls silent',
    mustRaise: [expectation('device-silent')],
    attempts: (cut) => [
      {
        ban: distantBan(cut),
        walk: ({ startMs }) => ({ untilMs: startMs + 40_000 }),
        act: () => {},
      },
    ],
    // Alone in its trial it would be its whole vendor; in the stage it is one of many.
    isShown: (lines) => lines.some(({ kind }) => kind.endsWith('-silent')),
  },
]

/** People with a ban of every shape on their way, to whom happens what happens. */
export function addBystander(cast: RecordingsCast, cut: Cut): void {
  const walker = addWalker(cast, 'offender', cut, {})
  addOrder(cast, walker, layBans(cut.fixes, walker.personId), [])
}

const simply: Pick<Attempt, 'walk' | 'act'> = { walk: () => ({}), act: () => {} }
const radiiMeters = [120, 200, 80, 300, 450, 700] as const

function* bansOnTheWay(cut: Cut, how: Pick<Attempt, 'walk' | 'act'>): Generator<Attempt> {
  for (const radiusMeters of radiiMeters) {
    for (const share of [0.5, 0.4, 0.6, 0.3]) {
      const { longitude, latitude } = fixAlong(cut.fixes, share)
      yield { ban: circle(longitude, latitude, radiusMeters, radiusMeters), ...how }
      // Who reports rarely is through a narrow band between two fixes.
      yield { ban: circle(longitude, latitude, radiusMeters, 1_200), ...how }
    }
  }
}

function* bansBesideTheWay(cut: Cut): Generator<Attempt> {
  for (const radiusMeters of [100, 200, 400]) {
    for (const share of [0.5, 0.4, 0.6]) {
      for (const bearing of [0, 60, 120, 180, 240, 300]) {
        const on = fixAlong(cut.fixes, share)
        const away = destination(on.longitude, on.latitude, bearing, 2 * radiusMeters + 60)
        const ban = circle(away.longitude, away.latitude, radiusMeters, 1.5 * radiusMeters + 60)
        yield { ban, ...simply }
      }
    }
  }
}

function distantBan(cut: Cut): LocationBan {
  const { longitude, latitude } = cut.fixes[0]!
  const away = destination(longitude, latitude, 0, 3 * cut.reachMeters + 20_000)
  return circle(away.longitude, away.latitude, 200, 300)
}

function circle(
  longitude: number,
  latitude: number,
  radiusMeters: number,
  approachMeters: number,
): LocationBan {
  return {
    id: 'ban',
    label: `cirkel van ${radiusMeters} m`,
    area: { type: 'circle', longitude, latitude, radiusMeters },
    approachMeters,
    schedule: null,
  }
}

function sendTamper(cast: RecordingsCast, walker: Walker): void {
  cast.deviceEvents.push({
    deviceId: walker.deviceId,
    kind: 'strap-tamper',
    recordedAtMs: cast.startMs + 40_000,
    receivedAtMs: cast.startMs + 40_300,
    batteryFraction: null,
    sequence: null,
  })
}

function playAttempt(cast: RecordingsCast, part: Part, cut: Cut, attempt: Attempt): void {
  const walker = addWalker(cast, 'offender', cut, attempt.walk(cast))
  addOrder(cast, walker, [{ ...attempt.ban, id: `ban-of-${walker.personId}` }], [])
  attempt.act(cast, walker)
  const { key, title, mustRaise } = part
  const subjectIds = [walker.personId, walker.deviceId]
  cast.storylines.push({ key, title, subjectIds, mustRaise, mayRaise: [] })
}

function linesOf(cast: RecordingsCast): readonly AlertLine[] {
  const scenario = packScenario(scenarioOf(cast))
  return [...replayScenario(scenario, defaultLimits, cast.endMs, () => {})]
}

function has(
  lines: readonly AlertLine[],
  event: AlertLine['event'],
  kind: AlertLine['kind'],
): boolean {
  return lines.some((line) => line.event === event && line.kind === kind)
}

function expectation(
  kind: ExpectedAlert['kind'],
  changes: Partial<ExpectedAlert> = {},
): ExpectedAlert {
  return { kind, isEnded: false, isLate: false, ...changes }
}
