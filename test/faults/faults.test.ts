import { beforeAll, describe, expect, it } from 'vitest'
import { faultList } from './checker/fault-list.ts'
import { runFaults, tableOf, type FaultReport } from './checker/run-faults.ts'

const seed = Number(process.env['HOEDE_TEST_SEED'] ?? 20_261_126)
const faults = faultList.filter(({ isShort }) => isShort === true)
const namesOf = (isControl: boolean): string[] =>
  faults.filter(({ mustFind }) => (mustFind !== undefined) === isControl).map(({ name }) => name)

let reports: readonly FaultReport[]

beforeAll(async () => {
  const said: string[] = []
  reports = await runFaults({
    faults,
    rounds: 1,
    seed,
    isEndedByFirst: false,
    progress: (line) => said.push(line),
  })
  process.stdout.write(`${tableOf(reports)}\n`)
}, 1_200_000)

function reportOf(name: string): FaultReport | undefined {
  return reports.find((report) => report.name === name)
}

describe(`the short round of faults under live load (seed ${seed})`, () => {
  it.each(namesOf(false))('the product loses, doubles and delays nothing under %s', (name) => {
    expect(reportOf(name)).toMatchObject({ roundCount: 1, problems: [] })
    expect(reportOf(name)?.acknowledgedCount).toBeGreaterThan(0)
    expect(reportOf(name)?.violationCount).toBeGreaterThan(0)
  })

  it.each(namesOf(true))('the checker finds the lie of %s', (name) => {
    expect(reportOf(name)).toMatchObject({ roundCount: 1, problems: [] })
  })
})
