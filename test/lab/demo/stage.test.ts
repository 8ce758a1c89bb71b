import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { eventText } from '../../../lab/demo/screen.ts'
import { atSpeed } from '../../../lab/demo/stage.ts'
import type { Stage } from '../../../lab/demo/stage.ts'
import { townSpeedMax, townStage } from '../../../lab/demo/town-stage.ts'
import { replayScenario } from '../../../src/replay/replay.ts'
import { packScenario } from '../../../src/replay/scenario.ts'

const startMs = Date.UTC(2026, 10, 23, 18)

function raisedBy(stage: Stage): ReadonlySet<string> {
  const scenario = packScenario(stage.scenario)
  const lines = [...replayScenario(scenario, defaultLimits, stage.endMs, () => {})]
  return new Set(
    lines.flatMap(({ event, kind, offenderId, victimId, deviceId, vendorId }) =>
      event === 'raised'
        ? [offenderId, victimId, deviceId, vendorId].map((id) => `${kind} ${id}`)
        : [],
    ),
  )
}

describe('a stage', () => {
  it.each([0.5, 1, 2, townSpeedMax])(
    'a stage at speed %d shows every story of the town',
    (speed) => {
      const stage = atSpeed(townStage(1, startMs, speed), speed)
      const raised = raisedBy(stage)
      for (const { key, mustRaise, subjectIds } of stage.storylines) {
        for (const { kind } of mustRaise) {
          const isRaised = subjectIds.some((id) => raised.has(`${kind} ${id}`))
          expect(isRaised, `${key}: ${kind}`).toBe(true)
        }
      }
    },
  )

  it('a stage leaves the escalation its minute at every speed', () => {
    for (const speed of [1, 2, townSpeedMax]) {
      const stage = atSpeed(townStage(1, startMs, speed), speed)
      const tamper = stage.scenario.deviceEvents.find(({ kind }) => kind === 'strap-tamper')!
      expect(stage.endMs - tamper.receivedAtMs).toBeGreaterThan(65_000)
    }
  })

  it('a stage sends nothing from further ahead than an intake takes, and late fixes really late', () => {
    const { fixes } = atSpeed(townStage(1, startMs, 3), 3).scenario
    expect(fixes.every((fix) => fix.recordedAtMs <= fix.receivedAtMs)).toBe(true)
    const lateMs = Math.max(...fixes.map((fix) => fix.receivedAtMs - fix.recordedAtMs))
    expect(lateMs).toBeGreaterThan(defaultLimits.lateMs)
  })
})

describe('a line on the terminal', () => {
  it('a line on the terminal names people and places instead of ids', () => {
    const text = eventText(
      {
        type: 'raised',
        target: null,
        alert: {
          alertId: 'a',
          kind: 'location-ban-breach',
          priority: 'P1',
          status: 'open',
          protectionOrderId: 'o',
          offenderId: 'server-1',
          victimId: null,
          locationBanId: 'server-2',
          deviceId: null,
          vendorId: null,
          late: true,
        },
      },
      new Map([
        ['scene-1', 'Pleun'],
        ['scene-2', 'woning Merelpad'],
      ]),
      new Map([
        ['server-1', 'scene-1'],
        ['server-2', 'scene-2'],
      ]),
    )
    expect(text).toMatch(/^raised +P1 +location ban breach \(late\) +Pleun, woning Merelpad$/)
  })
})
