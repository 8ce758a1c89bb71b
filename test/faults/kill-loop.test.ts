import { describe, expect, it } from 'vitest'
import { runKillLoop } from './kill-loop.ts'

const seed = Number(process.env['HOEDE_TEST_SEED'] ?? 20_261_123)
/** `npm run kill-loop` runs fifty; CI does so too. */
const rounds = Number(process.env['HOEDE_KILL_ROUNDS'] ?? (process.env['CI'] ? 50 : 6))

describe(`the server killed under load (seed ${seed}, ${rounds} rounds)`, () => {
  it('a server killed under load loses no acknowledged fix, loses and doubles no alert, and starts again unaided', async () => {
    const report = await runKillLoop({
      rounds,
      seed,
      asynchronousCommit: false,
      progress: () => undefined,
    })
    expect(report.acknowledgedFixes).toBeGreaterThan(rounds * 10)
    expect(report.expectedAlerts).toBeGreaterThan(0)
    expect(report).toMatchObject({
      lostFixes: 0,
      doubledFixes: 0,
      missingAlerts: [],
      doubledAlerts: [],
      unexpectedAlerts: [],
    })
  }, 900_000)

  it('a server that does not wait for commits is seen to lose fixes, which proves the checker', async () => {
    // A kill must fall within the part of a second in which such a server has acknowledged and not
    // written: on a busy machine three kills may all miss it.
    let lostFixes = 0
    for (let attempt = 0; attempt < 5 && lostFixes === 0; attempt++) {
      const control = await runKillLoop({
        rounds: 3,
        seed: seed + attempt,
        asynchronousCommit: true,
        progress: () => undefined,
      })
      lostFixes = control.lostFixes
    }
    expect(lostFixes).toBeGreaterThan(0)
  }, 300_000)
})
