import { describe, expect, it } from 'vitest'
import { createChecklist, isComplete, tickOff } from '../../../lab/demo/checklist.ts'
import type { DeskAlert, DeskEvent } from '../../../lab/demo/alert-stream.ts'
import type { Storyline } from '../../../lab/town/cast.ts'

const storyline: Storyline = {
  key: 'late',
  title: 'a late upload reveals a breach',
  subjectIds: ['scene-offender', 'scene-vendor'],
  mustRaise: [
    { kind: 'location-ban-breach', isEnded: true, isLate: true },
    { kind: 'vendor-silent', isEnded: false, isLate: false },
  ],
  mayRaise: [],
}
const sceneIds = new Map([
  ['offender-1', 'scene-offender'],
  ['offender-2', 'scene-other'],
  ['vendor-1', 'scene-vendor'],
])
const alert: DeskAlert = {
  alertId: 'alert-1',
  kind: 'location-ban-breach',
  priority: 'P1',
  status: 'open',
  protectionOrderId: 'order-1',
  offenderId: 'offender-1',
  victimId: null,
  locationBanId: null,
  deviceId: null,
  vendorId: 'vendor-1',
  late: true,
}

function event(type: string, changes: Partial<DeskAlert> = {}): DeskEvent {
  return { type, alert: { ...alert, ...changes }, target: null }
}

describe('the checklist of the demo', () => {
  it('the checklist of the demo is complete only when each thing was really seen', () => {
    const checklist = createChecklist([storyline], sceneIds)
    const silence = { kind: 'vendor-silent', offenderId: null, late: false } as const
    for (const each of [
      event('raised'),
      event('ended'),
      event('raised', silence),
      event('acknowledged'),
    ]) {
      expect(tickOff(checklist, each)).toBe(true)
      expect(isComplete(checklist)).toBe(false)
    }
    expect(tickOff(checklist, event('escalated'))).toBe(true)
    expect(isComplete(checklist)).toBe(true)
  })

  it.each([
    ['of another person', event('raised', { offenderId: 'offender-2' })],
    ['that is not late', event('raised', { late: false })],
    ['of another kind', event('raised', { kind: 'location-ban-approach' })],
    [
      'of a device silence that only names the vendor',
      event('raised', { kind: 'device-silent', offenderId: null }),
    ],
  ])('the checklist of the demo is not ticked by an alert %s', (_, each) => {
    const checklist = createChecklist([storyline], sceneIds)
    expect(tickOff(checklist, each)).toBe(false)
  })
})
