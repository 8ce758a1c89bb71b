import { destination } from '../../../geo/distance.ts'
import type { LocationBan } from '../../../src/core/model/registry.ts'
import type { RecordedFix } from '../../../src/replay/importers/recording.ts'
import { recordedFix } from '../../../src/replay/importers/recording.ts'
import type { Subject, Told, Truth } from '../../../lab/quality/trial.ts'
import type { CaseTruth } from '../../../lab/simulate/cases/case-stream.ts'

export const startMs = Date.UTC(2026, 2, 2, 12)
export const home = { longitude: 5.1, latitude: 52.1 }

/** A fix so many metres east and north of home, so many seconds after the start. */
export function fixAt(
  seconds: number,
  eastMeters: number,
  northMeters = 0,
  known: Partial<RecordedFix> = {},
): RecordedFix {
  const east = destination(home.longitude, home.latitude, 90, eastMeters)
  const { longitude, latitude } = destination(east.longitude, east.latitude, 0, northMeters)
  return recordedFix(startMs + seconds * 1000, longitude, latitude, { accuracyMeters: 5, ...known })
}

export function circle(id: string, eastMeters: number, radiusMeters: number): LocationBan {
  const middle = destination(home.longitude, home.latitude, 90, eastMeters)
  return {
    id,
    label: id,
    area: { type: 'circle', ...middle, radiusMeters },
    approachMeters: 500,
    schedule: null,
  }
}

export function truth(from: number, until: number, known: Partial<Truth> = {}): Truth {
  return { ...stretch(from, until), isDue: true, isUnseen: false, revealedAtMs: null, ...known }
}

export function subject(truths: readonly Truth[], known: Partial<Subject> = {}): Subject {
  return {
    id: 'ban',
    group: 'stay',
    truths,
    known: [stretch(0, 10_000)],
    watchedMs: 10_000_000,
    toleranceMs: 60_000,
    reportIntervalMs: 30_000,
    ...known,
  }
}

/** A breach of `ban` told of from one second to another. */
export function alert(from: number, until: number | null, known: Partial<Told> = {}): Told {
  const clearedAtMs = until === null ? null : startMs + until * 1000
  return {
    id: `alert-${from}`,
    kind: 'location-ban-breach',
    priority: 'P1',
    subjectId: 'ban',
    deviceId: null,
    offenderId: null,
    vendorId: null,
    occurredAtMs: startMs + from * 1000,
    raisedAtMs: startMs + from * 1000,
    clearedAtMs,
    clears: clearedAtMs === null ? [] : [clearedAtMs],
    reason: '',
    ...known,
  }
}

export function stretch(from: number, until: number): { startMs: number; endMs: number } {
  return { startMs: startMs + from * 1000, endMs: startMs + until * 1000 }
}

/** A case in which nothing happens. */
export const nothingTrue: CaseTruth = {
  caseKey: 'case-0001',
  offenderId: 'otto',
  victimId: 'vera',
  stays: [],
  meetings: [],
  approaches: [],
  silences: [],
  deviceFacts: [],
  distortions: [],
  stories: [],
  devices: ['monitor', 'pendant'].map((deviceId) => ({
    deviceId,
    personId: deviceId,
    model: 'band',
    reportIntervalSeconds: 60,
    fixCount: 1,
    eventCount: 0,
  })),
}
