import type { DevicePlan, Stretch } from './device-plan.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'

/**
 * When what is recorded now reaches us: at once, with the next batch, or after whatever
 * keeps the device from us.
 */
export function receiptMs(uploader: Uploader, atMs: number): number {
  const { random, plan } = uploader
  let sentMs = atMs
  if (plan.batchMs !== null) {
    sentMs = Math.ceil((atMs - uploader.phaseMs) / plan.batchMs) * plan.batchMs + uploader.phaseMs
  }
  const hindered = findUntil(plan.deadZones, sentMs)
  if (hindered !== null) sentMs = hindered + uploader.reconnectMs
  const outage = findUntil(plan.outages, sentMs)
  if (outage !== null) sentMs = outage + uploader.reconnectMs
  // Now and then a message takes another way and is overtaken by the next.
  const isSlow = random.next() < 0.01
  return Math.round(
    sentMs + (isSlow ? between(random, 5_000, 40_000) : between(random, 250, 1_800)),
  )
}

/** The same fix once more, because its receipt was lost. */
export function resendMs(uploader: Uploader, receivedAtMs: number): number {
  return receivedAtMs + Math.round(between(uploader.random, 500, 120_000))
}

export type Uploader = {
  readonly random: Random
  readonly plan: DevicePlan
  readonly phaseMs: number
  readonly reconnectMs: number
}

export function createUploader(random: Random, plan: DevicePlan): Uploader {
  return {
    random,
    plan,
    phaseMs: between(random, 0, plan.batchMs ?? 1),
    reconnectMs: between(random, 2_000, 45_000),
  }
}

function findUntil(stretches: readonly Stretch[], atMs: number): number | null {
  for (const { fromMs, untilMs } of stretches) {
    if (fromMs > atMs) return null
    if (atMs < untilMs) return untilMs
  }
  return null
}
