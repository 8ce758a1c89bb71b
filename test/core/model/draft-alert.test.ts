import { expect, it } from 'vitest'
import { draftAlert } from '../../../src/core/model/draft-alert.ts'
import { algorithmVersion, defaultLimits } from '../../../src/core/model/limits.ts'

const battery = {
  id: '019caf7f-b466-840c-9cff-1f1b4a1b8252',
  kind: 'battery-low',
  occurredAtMs: 1_000,
  learnedAtMs: 2_000,
  facts: { wearerRole: 'offender' },
} as const

it('an alert says nothing of what its rule left out, and has the priority and sentence of its kind', () => {
  expect(draftAlert(defaultLimits, battery)).toEqual({
    id: battery.id,
    incidentId: battery.id,
    kind: 'battery-low',
    priority: 'P3',
    protectionOrderId: null,
    offenderId: null,
    victimId: null,
    locationBanId: null,
    proximityBanId: null,
    deviceId: null,
    vendorId: null,
    occurredAtMs: 1_000,
    learnedAtMs: 2_000,
    lastSeenAtMs: null,
    late: false,
    probability: null,
    distanceMeters: null,
    reason: 'The battery of the ankle monitor is low.',
    evidence: {
      limitsVersion: defaultLimits.version,
      algorithmVersion,
      protectionOrderVersion: null,
      fixes: [],
      facts: { wearerRole: 'offender' },
    },
  })
})

it('an alert has the priority that its rule gives, and the sentence that goes with it', () => {
  const alert = draftAlert(defaultLimits, { ...battery, priority: 'P2', protectionOrderVersion: 4 })
  expect(alert).toMatchObject({
    priority: 'P2',
    reason: 'The battery of the ankle monitor is nearly empty.',
    evidence: { protectionOrderVersion: 4 },
  })
})
