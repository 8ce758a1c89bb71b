import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiClientRoles } from '../../../src/core/model/contract-words.ts'
import { bodyExamples } from '../../../src/http/openapi/body-examples.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { createTwoOrganisations } from '../../support/two-organisations.ts'
import { makeSide, places, type Caller, type Side, type SideName } from '../../support/two-sides.ts'

/**
 * Every role, every operation of the code, of both organisations, on what is theirs and what is the
 * other's, in every state of the alert: over HTTP, from the list of routes.
 */
const sideNames = ['ours', 'theirs'] as const
const otherOf = (name: SideName): SideName => (name === 'ours' ? 'theirs' : 'ours')
const states = ['open', 'taken by another', 'taken by the caller', 'closed'] as const
type State = (typeof states)[number]

let world: TestApp
let address = ''
let sides: Readonly<Record<SideName, Side>>

beforeAll(async () => {
  const ofCases = ['casesOfPerson', 'casesOfMachine', 'foundByPerson', 'foundByMachine'] as const
  const limit = { burst: 1_000_000, perSecond: 1_000_000 }
  const roles = [...apiClientRoles, 'unauthenticated', 'strangers', ...ofCases] as const
  const rateLimits = Object.fromEntries(roles.map((role) => [role, limit])) as never
  world = await createTestApp({ rateLimits, answerStepMs: 0 })
  const two = await createTwoOrganisations(world.database, await world.database.connectAs('api'))
  address = await world.app.listen({ host: '127.0.0.1', port: 0 })
  sides = { ours: await makeSide(world, two, 'ours'), theirs: await makeSide(world, two, 'theirs') }
}, 60_000)
afterAll(() => world.close())

describe('the matrix of role, operation, organisation and state of the alert', () => {
  it('no answer holds a row or a place of the other side, nothing of theirs changes, and every place is on record before it is answered', async () => {
    const faults: string[] = []
    let cellCount = 0
    let placeCount = 0
    const called = new Set<string>()
    const before = await rowsOf()
    for (const name of sideNames) {
      for (const caller of sides[name].callers) {
        for (const state of states) {
          await setState(state, caller)
          const index = await lastIndex(name)
          await eachOf(cellsOf(name, caller, state), async (cell) => {
            const { fault, isPlaced } = await judge(name, caller, { ...cell, index })
            cellCount += 1
            called.add(`${cell.method} ${cell.route}`)
            placeCount += isPlaced ? 1 : 0
            if (fault !== null)
              faults.push(`${name} ${caller.name} ${state} ${cell.label}: ${fault}`)
          })
        }
      }
    }
    expect(faults).toEqual([])
    expect(await rowsOf()).toEqual(before)
    expect((await documented()).filter((operation) => !called.has(operation))).toEqual(leftOut)
    // A matrix that lost its rows, or planted no place that anybody reads, proves nothing.
    expect(cellCount).toBeGreaterThan(1_500)
    expect(placeCount).toBeGreaterThanOrEqual(30)
    process.stdout.write(
      `matrix: ${cellCount} cells, ${placeCount} with a place of their own side\n`,
    )
  }, 240_000)

  it('a row, or a place without an entry, that crossed would be found', () => {
    const { ours, theirs } = sides
    expect(crossedIn('ours', `{"id":"${theirs.ids.victim}"}`)).toEqual([theirs.ids.victim])
    expect(crossedIn('theirs', `{"id":"${theirs.ids.victim}"}`)).toEqual([])
    expect(crossedIn('ours', '{"latitude":51.924419}')).toEqual(['51.924419'])
    expect(placedIn('ours', '{"longitude":5.121412}')).toEqual([ours.ids.victim])
    expect(placedIn('ours', '{"longitude":4.895123}')).toEqual([ours.ids.person])
  })
})

/** Every operation of the document, as the code writes it. */
async function documented(): Promise<readonly string[]> {
  const document = (await (await fetch(`${address}/v1/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  const methods = new Set(['get', 'post', 'put', 'patch', 'delete'])
  return Object.entries(document.paths)
    .flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => methods.has(method))
        .map((method) => `${method.toUpperCase()} /v1${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    .toSorted()
}

/** Open to everybody, or with a test of its own. */
const leftOut: readonly string[] = [
  'GET /v1/alert-events',
  'GET /v1/openapi.json',
  'POST /v1/me/_sign-out',
  'POST /v1/sign-in/_ask-passkey',
  'POST /v1/sign-in/_by-issuer',
  'POST /v1/sign-in/_by-link',
  'POST /v1/sign-in/_by-passkey',
  'POST /v1/sign-in/_by-password',
  'POST /v1/sign-in/_enrol-passkey',
  'POST /v1/sign-in/_enrol-password',
  'POST /v1/sign-in/_look-at-link',
]

type Cell = {
  readonly label: string
  readonly method: string
  readonly url: string
  /** As the code has it. */
  readonly route: string
  readonly body: unknown
  readonly isTheirs: boolean
  readonly hasId: boolean
}

/** What of the code this caller calls: on the other side everything, on their own what reads. */
function cellsOf(name: SideName, caller: Caller, state: State): readonly Cell[] {
  return world.app.routeList.entries
    .flatMap(({ method: given, url, access, schema }) => {
      const method = String(given)
      const isOpenToAll = access === 'public'
      // Whoever is refused by their role is, whatever the alert is.
      if (state !== 'open' && !mayCall(caller, access)) return []
      // The stream never ends and has a test of its own; ending one's own session ends the matrix.
      if (
        isOpenToAll ||
        method === 'HEAD' ||
        url === '/v1/alert-events' ||
        url === '/v1/me/_sign-out'
      )
        return []
      const operationId = (schema as { readonly operationId?: string }).operationId ?? ''
      const isReading = method === 'GET' || url.endsWith('/_search')
      const targets = url.includes(':') || !isReading ? [otherOf(name)] : []
      const reads = isReading ? [name] : []
      return [...targets, ...reads].flatMap((target) =>
        idsFor(url, target).map((id) => ({
          label: `${method} ${url} of ${target}`,
          method,
          url: url.replace(/:\w+/, id),
          route: url,
          body: bodyFor(operationId, url, target),
          isTheirs: target !== name,
          hasId: url.includes(':'),
          isSkipped: isOfInstaller(name, caller, url),
        })),
      )
    })
    .filter(({ isSkipped }) => !isSkipped)
}

function mayCall({ role }: Caller, access: unknown): boolean {
  return role === null || (Array.isArray(access) && access.includes(role))
}

/** Whoever runs the installation administers all who are on it, and sees no case. */
function isOfInstaller(name: SideName, { role }: Caller, url: string): boolean {
  const isAdministrator = role === null || role === 'administrator'
  return name === 'ours' && isAdministrator && installed.some((path) => url.startsWith(path))
}
const installed = ['/v1/api-clients', '/v1/staff', '/v1/desks', '/v1/units', '/v1/organisations']

function idsFor(url: string, target: SideName): readonly string[] {
  if (!url.includes(':')) return ['']
  const { person, victim, device, order, alert, staff, session, client } = sides[target].ids
  if (url.startsWith('/v1/alerts')) return [alert]
  if (url.startsWith('/v1/protection-orders')) return [order]
  if (url.startsWith('/v1/persons')) return [person, victim]
  if (url.startsWith('/v1/devices')) return [device]
  if (url.startsWith('/v1/staff')) return [staff]
  if (url.startsWith('/v1/sessions')) return [session]
  if (url.startsWith('/v1/api-clients')) return [client]
  return [order]
}

/**
 * The example of the document, with whatever stands there as an id replaced by one of that side.
 */
function bodyFor(operationId: string, url: string, target: SideName): unknown {
  const { ids, organisationId, vendorId } = sides[target]
  if (url.endsWith('/_search') && url.startsWith('/v1/'))
    return { bbox: [4, 51.5, 5.5, 52.8], limit: 100 }
  const example = bodyExamples[operationId]
  if (example === undefined) return undefined
  const replaced: Readonly<Record<string, string>> = {
    offenderId: ids.person,
    personId: ids.person,
    victimId: ids.victim,
    deviceId: ids.device,
    vendorId,
    staffId: ids.staff,
    protectionOrderId: ids.order,
    organisationId,
    toOrganisationId: organisationId,
  }
  return JSON.parse(JSON.stringify(example), (key, value: unknown) => replaced[key] ?? value)
}

/** Some at a time: what one is answered depends on none of the others. */
async function eachOf(cells: readonly Cell[], work: (cell: Cell) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let cell = cells[next++]; cell !== undefined; cell = cells[next++]) await work(cell)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

async function judge(name: SideName, caller: Caller, cell: Cell & { readonly index: number }) {
  const response = await fetch(`${address}${cell.url}`, {
    method: cell.method,
    redirect: 'manual',
    headers: {
      ...caller.headers,
      ...(cell.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(cell.body === undefined ? {} : { body: JSON.stringify(cell.body) }),
  })
  const text = await response.text()
  // A refusal may name what it was asked for: whoever asked knows it.
  const isEcho = (secret: string): boolean => response.status >= 400 && cell.url.includes(secret)
  const crossed = crossedIn(name, text).filter((secret) => !isEcho(secret))
  const placed = placedIn(name, text)
  const recorded = placed.length === 0 ? new Set<string>() : await subjectsOf(name, caller, cell)
  const unrecorded = placed.filter((id) => !recorded.has(id))
  const isPlaced = placed.length > 0
  if (response.status >= 500) return { fault: `${response.status} ${text}`, isPlaced }
  if (crossed.length > 0) return { fault: `holds ${crossed.join()}`, isPlaced }
  if (cell.isTheirs && cell.hasId && response.status < 300)
    return { fault: `answered ${response.status}`, isPlaced }
  if (unrecorded.length > 0)
    return { fault: `a place of ${unrecorded.join()} unrecorded`, isPlaced }
  return { fault: null, isPlaced }
}

/** What only the other side may see, as it stands in the text. */
function crossedIn(name: SideName, text: string): readonly string[] {
  const other = otherOf(name)
  const { offender, victim } = places[other]
  const degrees = [...offender, ...victim].flat().map(String)
  return [...Object.values(sides[other].ids), ...degrees].filter((secret) => text.includes(secret))
}

/** Whose places of the own side the text says. */
function placedIn(name: SideName, text: string): readonly string[] {
  const { person, victim } = sides[name].ids
  const says = (found: readonly (readonly number[])[]): boolean =>
    found.flat().some((degrees) => text.includes(String(degrees)))
  return [
    ...(says(places[name].offender) ? [person] : []),
    ...(says(places[name].victim) ? [victim] : []),
  ]
}

/** Of the alerts of both sides. Who has taken one over may be of the other side: it moved since. */
async function setState(state: State, caller: Caller): Promise<void> {
  const status = { open: 'open', closed: 'closed' }[String(state)] ?? 'acknowledged'
  const by = state === 'taken by the caller' ? caller.id : null
  await world.database.pool.query(
    `update alerts set status = $1, outcome = case when $1 = 'closed' then 'confirmed' end,
       acknowledged_by = case when $1 <> 'open' then coalesce($2::uuid, '019ab2f4-0001-7000-8000-000000000001') end,
       acknowledged_at = case when $1 <> 'open' then to_timestamp($3::float8 / 1000) end,
       closed_at = case when $1 = 'closed' then to_timestamp($3::float8 / 1000) end`,
    [status, by, world.clock.timeMs],
  )
}

/** What is on record of both cases, in a form that shows any change. */
async function rowsOf(): Promise<unknown> {
  await setState('open', { name: '', id: '', role: null, headers: {} })
  const ids = sideNames.flatMap((name) => Object.values(sides[name].ids))
  const { rows } = await world.database.pool.query(
    `select array(select to_jsonb(o) from protection_orders o where o.id = any($1) order by id) as orders,
            array(select to_jsonb(a) from alerts a where a.id = any($1) order by id) as alerts,
            array(select to_jsonb(p) from persons p where p.id = any($1) order by id) as persons,
            array(select to_jsonb(d) from devices d where d.id = any($1) order by id) as devices,
            array(select to_jsonb(s) from staff s where s.id = any($1) order by id) as staff,
            array(select to_jsonb(c) - 'last_used_at' from api_clients c where c.id = any($1) order by id) as clients,
            (select count(*) from staff_sessions where revoked_at is null) as sessions,
            (select count(*) from device_assignments) as assignments,
            (select count(*) from case_moves) as moves, (select count(*) from caseloads) as caseloads`,
    [ids],
  )
  return rows
}

async function lastIndex(name: SideName): Promise<number> {
  const { rows } = await world.database.pool.query<{ last: number }>(
    'select coalesce(max(index), -1)::int as last from audit_entries where organisation_id = $1',
    [sides[name].organisationId],
  )
  return rows[0]?.last ?? -1
}

/** Whose readings by this caller, through this door, are on the record of that side since. */
async function subjectsOf(
  name: SideName,
  caller: Caller,
  { index, method, route }: Cell & { readonly index: number },
): Promise<ReadonlySet<string>> {
  const { rows } = await world.database.pool.query<{ id: string | null }>(
    `select e.entry #>> '{attributes,dpl.core.data_subject_id}' as id
       from (select convert_from(body, 'UTF8')::jsonb as entry from audit_entries
              where organisation_id = $1 and index > $2) as e
      where e.entry #>> '{hoede,by,id}' = $3 and e.entry #>> '{hoede,door}' = $4`,
    [sides[name].organisationId, index, caller.id, `${method} ${route}`],
  )
  return new Set(rows.flatMap(({ id }) => id ?? []))
}
