import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sealOlder } from '../../../src/store/keys/seal-older.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { totpCode } from '../../../src/sign-in/totp.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { callAsPage, signInAs } from '../../support/signed-in.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(async () => {
  await world.close()
})
// Budgets are by the app's clock, and a code is good once: every test has a time of its own.
beforeEach(() => {
  world.clock.timeMs += 3_600_000
})

const password = 'four quiet words here'
let nameCount = 0

type Enrolled = {
  readonly staffId: string
  readonly signInName: string
  readonly secret: Buffer
  readonly cookies: readonly string[]
}

const post = (url: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
  callAsPage(world.app, 'POST', url, body, headers)

function base32Bytes(text: string): Buffer {
  const bits = Array.from(text, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

function codeNow(secret: Buffer): string {
  return totpCode(secret, Math.floor(world.clock.timeMs / 30_000))
}

async function linkFor(roles: readonly string[], name = 'J. de Vries') {
  const made = await world.call('administrator', 'POST', '/v1/staff', { displayName: name, roles })
  expect(made.status).toBe(201)
  return {
    staffId: String(made.body['id']),
    token: String(made.body['signInLink']).split('#link=')[1] ?? '',
  }
}

async function enrolWith(token: string, signInName: string) {
  const looked = await post('/v1/sign-in/_look-at-link', { token })
  const address = new URL(String(looked.body['totpAddress']))
  const secret = base32Bytes(address.searchParams.get('secret') ?? '')
  const answer = await post('/v1/sign-in/_enrol-password', {
    token,
    signInName,
    password,
    code: codeNow(secret),
  })
  return { answer, secret }
}

async function enrol(roles: readonly string[]): Promise<Enrolled> {
  const { staffId, token } = await linkFor(roles)
  nameCount += 1
  const signInName = `person.${nameCount}`
  const { answer, secret } = await enrolWith(token, signInName)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  // The code of the enrolment is used up.
  world.clock.timeMs += 60_000
  return { staffId, signInName, secret, cookies: answer.cookies }
}

function cookieOf(cookies: readonly string[], name: string): string {
  const found = cookies.find((line) => line.startsWith(`${name}=`))
  return found?.split(';')[0] ?? ''
}

const signIn = (person: Enrolled, change: object = {}, headers = {}) =>
  post(
    '/v1/sign-in/_by-password',
    { signInName: person.signInName, password, code: codeNow(person.secret), ...change },
    headers,
  )

describe('signing in with a password and a code', () => {
  it('somebody who chose a password by a link signs in, and is who they are', async () => {
    const person = await enrol(['operator'])
    const answer = await signIn(person, { signInName: person.signInName.toUpperCase() })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ id: person.staffId, roles: ['operator'] })
    const session = answer.cookies.find((line) => line.startsWith('__Host-hoede='))
    expect(session).toMatch(/; Path=\/; Max-Age=36000; HttpOnly; Secure; SameSite=Strict$/)
    const cookie = cookieOf(answer.cookies, '__Host-hoede')
    const me = await callAsPage(world.app, 'GET', '/v1/me', undefined, { cookie })
    expect(me.body).toMatchObject({ id: person.staffId, session: { method: 'password' } })
  })

  it('what codes are made from lies in no table as it is, and laid beside somebody else lets nobody in', async () => {
    const [one, other] = [await enrol(['operator']), await enrol(['operator'])]
    const lying = async () => {
      const { rows } = await world.database.pool.query<{ text: string }>(
        `select t::text as text from staff_secrets t union all select t::text from sign_in_links t`,
      )
      return rows.map(({ text }) => text).join()
    }
    expect(await lying()).not.toContain(one.secret.toString('hex'))
    await world.database.pool.query(
      `update staff_secrets set totp_secret = (select totp_secret from staff_secrets where staff_id = $1) where staff_id = $2`,
      [one.staffId, other.staffId],
    )
    expect((await signIn({ ...other, secret: one.secret })).status).toBe(401)
    expect((await signIn({ ...other, secret: Buffer.alloc(20) })).status).toBe(401)
    // From before it was sealed.
    await world.database.pool.query(
      'update staff_secrets set totp_secret = $2 where staff_id = $1',
      [one.staffId, one.secret],
    )
    expect((await signIn(one)).status).toBe(200)
    expect(await inTransaction(world.database.pool, sealOlder)).toBe(1)
    expect(await lying()).not.toContain(one.secret.toString('hex'))
    world.clock.timeMs += 60_000
    expect((await signIn(one)).status).toBe(200)
  })

  it.each([
    ['password', { password: 'four other words here' }],
    ['code', { code: '000000' }],
    ['name', { signInName: 'nobody.here' }],
  ])('a wrong %s is refused with the same words', async (_what, change) => {
    const answer = await signIn(await enrol(['operator']), change)
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ type: '/docs#problem-sign-in-refused' })
    expect(answer.cookies).toEqual([])
  })

  it('one code signs in once, also when it is sent twice at the same moment', async () => {
    const person = await enrol(['operator'])
    const answers = await Promise.all([signIn(person), signIn(person)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401])
    expect((await signIn(person)).status).toBe(401)
  })

  it('guesses about a colleague do not keep that colleague out of a browser used before', async () => {
    const person = await enrol(['operator'])
    const guesses = Array.from({ length: 40 }, () =>
      signIn(person, { password: 'guess guess guess' }),
    )
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([401, 429]))
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5)
    const cookie = cookieOf(person.cookies, '__Host-hoede-browser')
    expect((await signIn(person, {}, { cookie })).status).toBe(200)
  })

  it('a refusal for guessing says when to come again, and the right words are refused as well', async () => {
    const person = await enrol(['operator'])
    for (let count = 0; count < 5; count += 1) await signIn(person, { code: '000000' })
    const answer = await signIn(person)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('a browser known for one account has no attempts of its own for another', async () => {
    const [mine, other] = [await enrol(['operator']), await enrol(['supervisor'])]
    const cookie = cookieOf(mine.cookies, '__Host-hoede-browser')
    const statuses: number[] = []
    for (let count = 0; count < 7; count += 1)
      statuses.push((await signIn(other, { code: '000000' }, { cookie })).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  })
})

describe('a one-time link', () => {
  it('a link is good for one person, once', async () => {
    const { token } = await linkFor(['operator'])
    expect((await enrolWith(token, 'once.only')).answer.status).toBe(200)
    world.clock.timeMs += 60_000
    expect((await post('/v1/sign-in/_look-at-link', { token })).status).toBe(410)
  })

  it('a link is worthless when its time is over', async () => {
    const { token } = await linkFor(['operator'])
    world.clock.timeMs += 72 * 3_600_000 + 1
    expect((await post('/v1/sign-in/_look-at-link', { token })).status).toBe(410)
  })

  it('a link that lets somebody choose does not sign in by itself', async () => {
    const { token } = await linkFor(['administrator'])
    expect((await post('/v1/sign-in/_by-link', { token })).status).toBe(410)
  })

  it('two people cannot sign in with one name', async () => {
    const first = await enrol(['operator'])
    const { token } = await linkFor(['operator'])
    const { answer } = await enrolWith(token, first.signInName.toUpperCase())
    expect(answer.status).toBe(409)
    expect(answer.body['errors']).toMatchObject([{ pointer: '/signInName' }])
  })

  it.each([
    ['short', /15 characters/],
    ['aaaaaaaaaaaaaaaaaaaa', /again and again/],
    ['abcdefghijklmnopqrstuvwxyz', /again and again/],
    ['weak.password-weak.password', /mostly the name/],
  ])('the password %s is refused with its reason', async (weak, reason) => {
    const { token } = await linkFor(['operator'])
    const answer = await post('/v1/sign-in/_enrol-password', {
      token,
      signInName: 'weak.password',
      password: weak,
      code: '123456',
    })
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toMatchObject([
      { pointer: '/password', detail: expect.stringMatching(reason) },
    ])
  })

  it('recovery ends the sessions at once and, when used, the password before', async () => {
    const person = await enrol(['operator'])
    const signedIn = await signIn(person)
    const cookie = cookieOf(signedIn.cookies, '__Host-hoede')
    const recovered = await world.call(
      'administrator',
      'POST',
      `/v1/staff/${person.staffId}/_recover`,
    )
    expect(recovered.status).toBe(200)
    const me = await callAsPage(world.app, 'GET', '/v1/me', undefined, { cookie })
    expect(me.status).toBe(401)
    world.clock.timeMs += 60_000
    const token = String(recovered.body['signInLink']).split('#link=')[1] ?? ''
    expect((await enrolWith(token, person.signInName)).answer.status).toBe(200)
    world.clock.timeMs += 60_000
    // The name and the password are the same, the app is another.
    expect((await signIn(person)).status).toBe(401)
  })

  it('nobody recovers themselves, and somebody of another organisation is not there', async () => {
    const { pool } = world.database
    const { rows } = await pool.query<{ id: string }>(
      `insert into organisations (name) values ('other') returning id`,
    )
    const admin = await signInAs(world, { roles: ['administrator'] })
    const stranger = await signInAs(world, {
      roles: ['administrator'],
      organisationId: rows[0]?.id ?? '',
    })
    const stepUp = async (act: string) =>
      await pool.query(
        `update staff_sessions set stepped_up_act = $2, stepped_up_at = to_timestamp($3::float8 / 1000) where id = $1`,
        [admin.sessionId, act, world.clock.timeMs],
      )
    await stepUp(`recoverStaff ${admin.staffId}`)
    expect((await admin.call('POST', `/v1/staff/${admin.staffId}/_recover`)).status).toBe(409)
    await stepUp(`recoverStaff ${stranger.staffId}`)
    expect((await admin.call('POST', `/v1/staff/${stranger.staffId}/_recover`)).status).toBe(404)
    const listed = await admin.call('GET', '/v1/staff?limit=200')
    expect(JSON.stringify(listed.body)).not.toContain(stranger.staffId)
  })
})
