import type { Effect } from '../../../src/core/model/alert.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { applyFix } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { World } from '../engine-world.ts'
import { makeEngine, makeFix } from '../engine-world.ts'

/** Visits to the band of the ban around home, and how the approaches among them ranked. */
export const hour = 3_600

export function at(second: number, borderMeters: number): Fix {
  return makeFix(second, 500 + borderMeters + ((second / 977) % 3))
}

export function away(second: number): Fix[] {
  return [at(second, 5_000), at(second + 300, 5_100)]
}

/** Within the band for ten minutes, 20 minutes in all. */
export function visit(second: number, borderMeters: number): Fix[] {
  return [at(second, borderMeters), at(second + 600, borderMeters + 3), ...away(second + 900)]
}

/** In the band at one place for so many minutes, seen every minute. */
export function stay(second: number, minutes: number, borderMeters: number): Fix[] {
  return Array.from({ length: minutes + 1 }, (_, count) => at(second + 60 * count, borderMeters))
}

/** What was called out and what was listed, in order, and why one rose. */
export function rank(fixes: readonly Fix[], world: World = {}): string[] {
  return rankBy(makeEngine(world), fixes)
}

export function rankBy(engine: Engine, fixes: readonly Fix[]): string[] {
  return fixes.flatMap((fix): Effect[] => applyFix(engine, fix)).flatMap(describeRank)
}

function describeRank(effect: Effect): string[] {
  if (effect.type === 'alert-raised') {
    const { kind, priority } = effect.alert
    return [kind.endsWith('breach') ? `breach ${priority}` : priority]
  }
  if (effect.type !== 'alert-revised' || effect.revision.kind !== 'priority') return []
  const { priority, reason } = effect.revision
  const why = /nearer|faster|hour|passes/iu.exec(reason.split('. ').at(-1) ?? '')?.[0].toLowerCase()
  const words: Readonly<Record<string, string>> = { hour: 'lasting', passes: 'turned' }
  return [`P3 to ${priority} ${words[why ?? ''] ?? why}`]
}
