import { expect } from 'vitest'
import type { EvidenceFix } from '../../src/core/model/alert.ts'
import {
  apiClientRoles,
  staffRoles,
  type ApiClientRole,
} from '../../src/core/model/contract-words.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { makeAlertDraft, saveContextAt } from './alert-drafts.ts'
import type { TestApp } from './http-app.ts'
import { signInAs, type TestPerson } from './signed-in.ts'
import type { createTwoOrganisations } from './two-organisations.ts'

export type SideName = 'ours' | 'theirs'
type Two = Awaited<ReturnType<typeof createTwoOrganisations>>
type Place = readonly [number, number]

/** Places that are nowhere else: of each side whose each gives away. */
export const places = {
  ours: {
    offender: [
      [4.895123, 52.370345],
      [4.695127, 52.470341],
    ],
    victim: [
      [5.121412, 52.090745],
      [5.123457, 52.098763],
      [5.234567, 52.187654],
    ],
  },
  theirs: {
    offender: [
      [4.477731, 51.924419],
      [4.577737, 51.824413],
    ],
    victim: [
      [4.312511, 52.011677],
      [4.322517, 52.012671],
      [4.332519, 52.013673],
    ],
  },
} as const

export type Caller = {
  readonly name: string
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
  /** Null: somebody who is signed in, as everything. */
  readonly role: ApiClientRole | null
}
export type Side = {
  readonly organisationId: string
  readonly ids: Readonly<
    Record<
      'person' | 'victim' | 'device' | 'order' | 'alert' | 'staff' | 'session' | 'client',
      string
    >
  >
  readonly vendorId: string
  readonly callers: readonly Caller[]
}

/**
 * One of the two organisations with a case in which every kind of place is planted, and somebody
 * of every role.
 */
export async function makeSide(world: TestApp, two: Two, name: SideName): Promise<Side> {
  const { organisationId, supervisor, personId, deviceId } = two[name]
  const { pool } = world.database
  const vendor = await pool.query<{ id: string }>(
    `insert into vendors (name) values ($1) returning id`,
    [`Vendor of ${name}`],
  )
  const vendorId = vendor.rows[0]?.id ?? ''
  const make = async (url: string, payload: object): Promise<string> => {
    const authorization = `Bearer ${supervisor.token}`
    const answer = await world.app.inject({
      method: 'POST',
      url,
      headers: { authorization },
      payload,
    })
    expect(answer.statusCode, answer.body).toBe(201)
    return answer.json<{ id: string }>().id
  }
  const [offenderPlace] = places[name].offender
  const [fixPlace, banPlace, addressPlace] = places[name].victim
  const victim = await make('/v1/persons', { role: 'victim', reference: `v of ${name}` })
  const order = await make('/v1/protection-orders', {
    reference: 'the same order',
    legalBasis: 'liberty-restricting-measure',
    offenderId: personId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [{ label: 'home', circle: { ...at(banPlace), radiusMeters: 300 } }],
    proximityBans: [
      {
        victimId: victim,
        separationMeters: 1000,
        fixedAddresses: [{ label: 'home', ...at(addressPlace), radiusMeters: 50 }],
      },
    ],
  })
  const fixes = [
    fixOf(world, 'offender', { personId, deviceId }, offenderPlace),
    fixOf(world, 'victim', { personId: victim, deviceId }, fixPlace),
  ]
  const alert = await raise(world, { order, offender: personId, victim }, fixes)
  await seeLately(world, personId, places[name].offender[1])
  const signedIn = await signInAs(world, { roles: ['operator', 'auditor'], organisationId })
  const asAll = await signInAs(world, { roles: staffRoles, organisationId })
  return {
    organisationId,
    vendorId,
    ids: {
      person: personId,
      victim,
      device: deviceId,
      order,
      alert,
      staff: signedIn.staffId,
      session: signedIn.sessionId,
      client: supervisor.id,
    },
    callers: [
      ...(await tokensOf(two, { organisationId, vendorId, deviceId })),
      callerOf('signed in', signedIn),
      callerOf('signed in as everything', asAll),
    ],
  }
}

function callerOf(name: string, { staffId, cookie }: TestPerson): Caller {
  return { name, id: staffId, role: null, headers: { cookie, 'sec-fetch-site': 'same-origin' } }
}

async function tokensOf(
  two: Two,
  of: { readonly organisationId: string; readonly vendorId: string; readonly deviceId: string },
): Promise<readonly Caller[]> {
  const callers: Caller[] = []
  for (const role of apiClientRoles) {
    const { id, token } = await two.makeClient(role, of.organisationId, {
      vendorId: role === 'vendor' ? of.vendorId : null,
      deviceId: role === 'victim-device' ? of.deviceId : null,
    })
    callers.push({ name: role, id, role, headers: { authorization: `Bearer ${token}` } })
  }
  return callers
}

function at([longitude, latitude]: Place) {
  return { longitude, latitude }
}

function fixOf(
  world: TestApp,
  role: 'offender' | 'victim',
  of: { readonly personId: string; readonly deviceId: string },
  place: Place,
): EvidenceFix {
  const nowMs = world.clock.timeMs
  return {
    role,
    ...of,
    ...at(place),
    recordedAtMs: nowMs,
    receivedAtMs: nowMs,
    accuracyMeters: 8,
    isBelieved: true,
    disbelief: [],
    probability: 0.98,
  }
}

async function raise(
  world: TestApp,
  of: { readonly order: string; readonly offender: string; readonly victim: string },
  fixes: readonly EvidenceFix[],
): Promise<string> {
  const alert = makeAlertDraft({
    kind: 'proximity-breach',
    protectionOrderId: of.order,
    offenderId: of.offender,
    victimId: of.victim,
    distanceMeters: 412.5,
    evidence: { ...makeAlertDraft().evidence, fixes },
  })
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
  )
  return alert.id
}

async function seeLately(world: TestApp, personId: string, [longitude, latitude]: Place) {
  await world.database.pool.query(
    `insert into latest_sightings (person_id, recorded_at, longitude, latitude, accuracy_meters)
     values ($1, to_timestamp($2::float8 / 1000), $3, $4, 8)`,
    [personId, world.clock.timeMs, longitude, latitude],
  )
}
