import type { Limits } from '../../src/core/model/limits.ts'
import { replayScenario } from '../../src/replay/replay.ts'
import type { ReplayCounts } from '../../src/replay/replay.ts'
import type { LoadedScenario } from '../../src/replay/scenario.ts'
import type { Told } from './trial.ts'

/** What the real engine tells of a scenario, by the same road as `npm run replay`. */
export function judgeByEngine(
  scenario: LoadedScenario,
  limits: Limits,
  untilMs: number | null,
  onProgress: (counts: ReplayCounts) => void = ignoreProgress,
): Told[] {
  const told = new Map<string, Told>()
  for (const line of replayScenario(scenario, limits, untilMs, onProgress)) {
    const known = told.get(line.id)
    const clearedAtMs = line.clearedAt === null ? null : Date.parse(line.clearedAt)
    const clears = known?.clears ?? []
    told.set(line.id, {
      id: line.id,
      kind: line.kind,
      priority: line.priority,
      subjectId: line.locationBanId ?? line.proximityBanId,
      deviceId: line.deviceId,
      offenderId: line.offenderId,
      vendorId: line.vendorId,
      occurredAtMs: Date.parse(line.occurredAt),
      raisedAtMs: known?.raisedAtMs ?? Date.parse(line.raisedAt),
      clearedAtMs,
      clears: line.event === 'ended' && clearedAtMs !== null ? [...clears, clearedAtMs] : clears,
      reason: line.reason,
    })
  }
  return [...told.values()]
}

function ignoreProgress(): void {}
