import { setTimeout as wait } from 'node:timers/promises'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import { deviceEventBody, positionBody } from '../../src/replay/write-scenario.ts'
import type { Scenario } from '../../src/replay/scenario.ts'
import { UnexpectedAnswer } from './http-client.ts'
import type { HttpClient } from './http-client.ts'

/**
 * Posts every fix and device event at its moment of receipt, as its vendor would, in small batches.
 */
export async function play(
  http: HttpClient,
  scenario: Scenario,
  vendorTokens: ReadonlyMap<string, string>,
  progress: PlayProgress,
  signal: AbortSignal,
): Promise<void> {
  const devices = new Map(scenario.registry.devices.map((device) => [device.id, device]))
  const entries: Entry[] = [
    ...scenario.fixes.map((fix) => ({ dueMs: fix.receivedAtMs, fix, event: null })),
    ...scenario.deviceEvents.map((event) => ({ dueMs: event.receivedAtMs, fix: null, event })),
  ].toSorted((one, other) => one.dueMs - other.dueMs)
  let next = 0
  while (next < entries.length && !signal.aborted) {
    const batches = new Map<string, Batch>()
    while (next < entries.length && entries[next]!.dueMs <= Date.now()) {
      const entry = entries[next++]!
      const device = devices.get((entry.fix ?? entry.event).deviceId)!
      const batch = batches.get(device.vendorId) ?? { positions: [], events: [] }
      batches.set(device.vendorId, batch)
      if (entry.fix === null) {
        const body = deviceEventBody(entry.event)
        batch.events.push({ serialNumber: device.serialNumber, ...body })
      } else {
        const body = positionBody(entry.fix)
        batch.positions.push({ serialNumber: device.serialNumber, ...body })
      }
    }
    for (const [vendorId, batch] of batches) {
      await send(http, vendorTokens.get(vendorId)!, batch, progress)
    }
    if (next < entries.length) {
      // Woken early by the signal it simply ends.
      const pauseMs = Math.min(tickMs, Math.max(20, entries[next]!.dueMs - Date.now()))
      await wait(pauseMs, null, { signal }).catch(() => null)
    }
  }
}

export type PlayProgress = { sentCount: number; duplicateCount: number }

type Entry =
  | { readonly dueMs: number; readonly fix: Fix; readonly event: null }
  | { readonly dueMs: number; readonly fix: null; readonly event: DeviceEvent }

type Batch = { readonly positions: object[]; readonly events: object[] }

const tickMs = 200
const batchSizeMax = 1000

async function send(
  http: HttpClient,
  token: string,
  batch: Batch,
  progress: PlayProgress,
): Promise<void> {
  for (let from = 0; from < batch.positions.length; from += batchSizeMax) {
    const positions = batch.positions.slice(from, from + batchSizeMax)
    const result = await post(http, '/v1/positions', token, { positions })
    progress.sentCount += result.accepted
    progress.duplicateCount += result.duplicates
  }
  for (let from = 0; from < batch.events.length; from += batchSizeMax) {
    const events = batch.events.slice(from, from + batchSizeMax)
    await post(http, '/v1/device-events', token, { events })
  }
}

/** A vendor keeps what was not taken and sends it again; so does the demo, for a while. */
async function post(
  http: HttpClient,
  path: string,
  token: string,
  body: object,
): Promise<IntakeResult> {
  for (let attempt = 1; ; attempt++) {
    const answer = await http.post(path, token, body)
    if (answer.status === 202) {
      const result = JSON.parse(answer.text) as IntakeResult
      if (result.rejected.length > 0) {
        const { code, detail } = result.rejected[0]!
        throw new UnexpectedAnswer(
          `POST ${path}: ${result.rejected.length} refused, ${code}: ${detail}`,
        )
      }
      return result
    }
    if (answer.status !== 503 || attempt === attemptsMax) {
      const text = answer.text.slice(0, 500)
      throw new UnexpectedAnswer(`POST ${path}: answered ${answer.status} ${text}`)
    }
    await wait(1000)
  }
}

const attemptsMax = 20

type IntakeResult = {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly { readonly code: string; readonly detail: string }[]
}
