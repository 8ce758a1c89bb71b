import type { EvidenceFix } from '../../src/core/model/alert.ts'
import { findAlert } from '../../src/store/alerts/alerts.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExplainCommand } from '../../src/explain/command.ts'
import { readArguments, runExplain } from '../../src/explain/command.ts'
import { generateTown, stagePlan } from '../../lab/town/town.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { playScenario } from '../support/played-scenario.ts'

const id = '00000000-0000-8000-8000-00000000000a'
const clock = { nowMs: () => Date.UTC(2026, 2, 11) }

describe('the arguments of explain', () => {
  it('the arguments of explain are an alert, and how to report it', () => {
    expect(readArguments(['--alert', id.toUpperCase()])).toEqual({
      alertId: id,
      isJson: false,
      language: 'en',
      isShowingPositions: false,
    })
    const all = ['--alert', id, '--json', '--language', 'nl', '--show-positions']
    expect(readArguments(all)).toEqual({
      alertId: id,
      isJson: true,
      language: 'nl',
      isShowingPositions: true,
    })
  })

  it.each([
    [[], '--alert is missing'],
    [['--alert', '17'], '--alert is not the id of an alert'],
    [['--alert', id, '--language', 'fr'], '--language is one of en, nl'],
    [['--alert', id, '--verbose'], '--verbose'],
    [['--alert', id, 'more'], 'more'],
  ])('the arguments of explain are refused when they are %j', (given, message) => {
    expect(() => readArguments(given)).toThrow(message)
  })
})

describe('explaining the alerts of a town', () => {
  let database: TestDatabase
  let alerts: readonly { id: string; kind: string; evidence: { fixes: readonly object[] } }[]

  beforeAll(async () => {
    database = await createTestDatabase()
    const town = generateTown(6, stagePlan(Date.UTC(2026, 2, 10, 8)))
    const { registry, fixes, deviceEvents } = town.scenario
    const startMs = fixes[0]!.receivedAtMs - 60_000
    const endMs = town.endMs + 60_000
    await playScenario(database.pool, { registry, fixes, deviceEvents, startMs, endMs })
    const { rows } = await database.pool.query<{ readonly id: string; readonly kind: string }>(
      'select id, kind from alerts order by raised_at, id',
    )
    alerts = await Promise.all(
      rows.map(async (row) => ({ ...row, evidence: await evidenceOf(row.id) })),
    )
  }, 120_000)
  afterAll(() => database.drop())

  function run(alertId: string, how: Partial<ExplainCommand> = {}) {
    const plain = { isJson: false, language: 'en', isShowingPositions: false } as const
    return runExplain(database.pool, { alertId, ...plain, ...how }, clock)
  }

  async function readAccess(): Promise<readonly { action: string; alert_id: string }[]> {
    const { rows } = await database.pool.query<{ action: string; alert_id: string }>(
      'select action, alert_id, person_ids, api_client_id from access_log order by id',
    )
    await database.pool.query('delete from access_log')
    return rows
  }

  async function evidenceOf(alertId: string) {
    return (await findAlert(database.pool, alertId))!.evidence
  }

  /** As whoever has the keys could. */
  async function tamper(alertId: string, place: Partial<EvidenceFix>): Promise<void> {
    const { fixes, ...rest } = await evidenceOf(alertId)
    const evidence = { ...rest, fixes: fixes.map((fix) => ({ ...fix, ...place })) }
    await database.pool.query('update alerts set evidence = $2 where id = $1', [
      alertId,
      JSON.stringify(evidence),
    ])
  }

  function idOf(kind: string): string {
    return alerts.find((alert) => alert.kind === kind)!.id
  }

  it('explain finds each alert of a town the same, in both languages, without a position or a gap', async () => {
    const positions = alerts.flatMap(({ evidence }) =>
      evidence.fixes.flatMap((fix) =>
        'longitude' in fix && 'latitude' in fix
          ? [String(fix.longitude), String(fix.latitude)]
          : [],
      ),
    )
    expect(positions.length).toBeGreaterThan(10)
    for (const alert of alerts) {
      const english = await run(alert.id)
      const dutch = await run(alert.id, { language: 'nl' })
      const data = await run(alert.id, { isJson: true })
      expect([english.exitCode, dutch.exitCode, data.exitCode]).toEqual([0, 0, 0])
      expect(english.output).toContain('it comes out the same.')
      expect(dutch.output).toContain('komt er hetzelfde uit.')
      expect(JSON.parse(data.output)).toMatchObject({ alertId: alert.id, outcome: 'same' })
      for (const { output } of [english, dutch, data]) {
        expect(output).not.toMatch(/undefined|NaN|\[object|\? m|\? s/)
        expect(positions.filter((position) => output.includes(position))).toEqual([])
      }
    }
  })

  it('an explanation names what a breach rests on: fixes, belief, chance, versions', async () => {
    const { output } = await run(idOf('location-ban-breach'))
    expect(output).toMatch(/offender, recorded \S+Z, received \S+Z, accuracy \d+ m, probability/)
    expect(output).toMatch(/; believed\./)
    expect(output).toMatch(
      /Judged by version 1 of the order and its bans, limits \S+, algorithm \d/,
    )
    const passage = await run(idOf('location-ban-passage'), { language: 'nl' })
    expect(passage.output).toMatch(/loopt de rechte weg \d+ m door het gebied, tot \d+ m diep/)
  })

  it('each explanation is recorded, and a reading of positions beside it', async () => {
    await readAccess()
    const breachId = idOf('proximity-breach')
    await run(breachId)
    expect(await readAccess()).toEqual([
      {
        action: 'explain-alert',
        alert_id: breachId,
        person_ids: [],
        api_client_id: '00000000-0000-0000-0000-000000000000',
      },
    ])
    const { output } = await run(breachId, { isShowingPositions: true })
    expect(output).toMatch(/\[\d+\.\d+, \d+\.\d+\]/)
    const access = await readAccess()
    expect(access.map(({ action }) => action)).toEqual(['explain-alert', 'read-alert-positions'])
    expect(access[1]).toMatchObject({ person_ids: [expect.any(String), expect.any(String)] })
    await run(id)
    expect(await readAccess()).toMatchObject([{ action: 'explain-alert', alert_id: id }])
  })

  it('an explanation does not show where the victim was once the alert is closed', async () => {
    const alertId = idOf('proximity-breach')
    const victim = alerts
      .find((alert) => alert.id === alertId)!
      .evidence.fixes.find((fix) => 'role' in fix && fix.role === 'victim')
    const longitude = String(Reflect.get(victim!, 'longitude'))
    const open = await run(alertId, { isShowingPositions: true })
    expect(open.output).toContain(longitude)
    await tamper(alertId, { longitude: 1 })
    const close = `update alerts set status = 'closed', outcome = 'confirmed' where id = $1`
    await database.pool.query(close, [alertId])
    const closed = await run(alertId, { isShowingPositions: true })
    expect(closed.exitCode).toBe(1)
    expect(closed.output).toContain('longitude')
    expect(closed.output).not.toContain(longitude)
  })

  it('an explanation shows a tampered position as different, not as a position', async () => {
    const alertId = idOf('location-ban-breach')
    await tamper(alertId, { latitude: 51.123456 })
    const { output, exitCode } = await run(alertId)
    expect(exitCode).toBe(1)
    expect(output).toContain('evidence.fixes.0.latitude: stored not shown, computed not shown')
    expect(output).not.toContain('51.123456')
    expect((await run(alertId, { isShowingPositions: true })).output).toContain('51.123456')
  })
})
