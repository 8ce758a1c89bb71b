import { expect } from 'vitest'
import { destination } from '../../geo/distance.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { createRecall } from '../../workers/recall-alerts.ts'
import { beginEarlier } from './begin-earlier.ts'
import { openEventStream } from './event-stream.ts'
import { createTestApp } from './http-app.ts'
import { createSilentLog } from './silent-log.ts'
import { waitUntil } from './wait-until.ts'

/**
 * The API with its evaluator, an operator who listens to the event stream, and the recall of
 * answered alerts, which runs when it is asked to. The clock stands still in between.
 */
export async function createDetectingApp() {
  const app = await createTestApp()
  const { pool } = app.database
  await beginEarlier(app)
  const log = createSilentLog()
  const shared = { pool, log, limits: defaultLimits, clock: { nowMs: () => app.clock.timeMs } }
  const doorbell = createLocalDoorbell({ log, pollMs: 10 })
  const evaluator = createEvaluator({
    ...shared,
    doorbell,
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  const recall = createRecall({ ...shared, onEvent: () => app.doorbell.ring('alert-events') })
  const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
  const stream = await openEventStream({ address, token: app.tokens.operator })
  evaluator.start()

  async function post(role: 'supervisor' | 'vendor' | 'operator', path: string, body: unknown) {
    const answer = await app.call(role, 'POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }
  return {
    ...app,
    recall,
    post,
    /** Until all that was sent is judged, and what comes of it can be read. */
    async judged(): Promise<void> {
      await waitUntil('all is judged', async () => {
        // Said about once a second of a clock that moves only here.
        app.clock.timeMs += 50
        const { rows } = await pool.query(
          `select from journal_positions where reader = 'evaluator'
              and journal_id >= (select max(id) from journal)
              and not exists (select from journal_waiting)`,
        )
        return rows.length > 0
      })
    },
    /** What the stream has said of one alert, newest last. */
    heard(alertId: unknown): Record<string, unknown>[] {
      return stream.events
        .map(({ event }) => event as unknown as Record<string, unknown>)
        .filter(({ subject }) => subject === alertId)
        .map(({ type, data }) => {
          return { type: String(type).replace('nl.hoede.alerts.', ''), ...(data as object) }
        })
    },
    async close(): Promise<void> {
      stream.close()
      await evaluator.stop()
      await app.close()
    },
  }
}

/** A position of now, so many metres west of a place, with some jitter from minute to minute. */
export function placeWest(serialNumber: string, atMs: number, meters: number) {
  const jitter = Math.round(atMs / 60_000) % 3
  return {
    serialNumber,
    recordedAt: new Date(atMs - 500).toISOString(),
    ...destination(middle.longitude, middle.latitude, 270, meters + jitter),
    accuracyMeters: 10,
  }
}

export const middle = { longitude: 4.9, latitude: 52.373 }
