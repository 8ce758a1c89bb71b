import { createEvaluator, evaluatorNames, type EvaluatorName } from './evaluators.ts'
import { createTransitionTruth } from './exact-truth.ts'
import { startProfile } from './profile.ts'
import { createWorkload, fixesOf, type WorkloadOptions } from './workload.ts'

/**
 * One evaluator in a process of its own, so that no other's garbage is collected on its account.
 * It judges a stretch of the workload each time its parent says so, and tells what that cost.
 */
export type Order =
  | { readonly type: 'build'; readonly name: EvaluatorName; readonly options: BuildOptions }
  | { readonly type: 'measure'; readonly roundCount: number; readonly profile: string | null }

export type BuildOptions = WorkloadOptions & {
  /** Rounds before the first that is measured. */
  readonly warmRounds: number
  readonly isScored: boolean
}

export type Measured = {
  readonly fixCount: number
  /** User and system, of all threads: those that collect garbage too. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly transitions: number
  /** What brute force finds; null where it was not asked. */
  readonly exactTransitions: number | null
}

type Stage = { readonly measure: (roundCount: number, profile: string | null) => Promise<Measured> }

let stage: Stage | null = null

process.on('message', (order: Order) => {
  void obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

async function obey(order: Order): Promise<Measured | { readonly type: 'built' }> {
  if (order.type === 'build') {
    stage = build(order.name, order.options)
    return { type: 'built' }
  }
  if (stage === null) throw new Error('expected to be built before measuring')
  return await stage.measure(order.roundCount, order.profile)
}

function build(name: EvaluatorName, options: BuildOptions): Stage {
  if (!evaluatorNames.includes(name)) throw new Error(`expected an evaluator, not ${name}`)
  const workload = createWorkload(options)
  const evaluator = createEvaluator(name, workload)
  const countExactly = options.isScored ? createTransitionTruth(workload) : null
  for (let round = 0; round < options.warmRounds; round += 1) {
    const moved = workload.nextRound()
    countExactly?.(moved)
    evaluator.judge(fixesOf(workload, moved))
  }
  return {
    measure: async (roundCount, profilePath) => {
      const rounds = Array.from({ length: roundCount }, workload.nextRound)
      const fixes = rounds.map((round) => fixesOf(workload, round))
      globalThis.gc?.()
      const stopProfile = profilePath === null ? null : await startProfile(profilePath)
      const cpu = process.cpuUsage()
      const startedAt = performance.now()
      let transitions = 0
      for (const round of fixes) transitions += evaluator.judge(round)
      const wallSeconds = (performance.now() - startedAt) / 1_000
      const { user, system } = process.cpuUsage(cpu)
      await stopProfile?.()
      return {
        fixCount: fixes.reduce((count, round) => count + round.length, 0),
        cpuSeconds: (user + system) / 1e6,
        wallSeconds,
        transitions,
        exactTransitions:
          countExactly === null
            ? null
            : rounds.reduce((sum, round) => sum + countExactly(round), 0),
      }
    },
  }
}
