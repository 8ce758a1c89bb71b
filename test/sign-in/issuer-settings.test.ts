import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readIssuerSettings } from '../../src/sign-in/issuer-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'hoede-issuer-'))
afterAll(() => rmSync(folder, { recursive: true }))

const good = {
  issuer: 'https://login.example.org',
  clientId: 'hoede',
  privateKeys: [{ kty: 'RSA', kid: 'a', n: 'n', e: 'AQAB', d: 'secret-of-the-key' }],
  acrAccepted: ['substantial'],
  claims: { organisation: 'organisation', roles: ['hoede', 'roles'], name: 'name' },
  organisations: { recl: '00000000-0000-7000-8000-000000000001' },
  roles: { meldkamer: 'operator' },
}

function read(text: string) {
  const file = join(folder, 'oidc.json')
  writeFileSync(file, text)
  const settings = readIssuerSettings(file)
  if (settings === null) throw new Error('expected settings, got none')
  return settings
}

describe('the file about an issuer', () => {
  it('a claim is named, or the way to it', () => {
    const { claims, idTokenAlgorithm } = read(JSON.stringify(good))
    expect(claims).toEqual({
      organisation: ['organisation'],
      roles: ['hoede', 'roles'],
      name: ['name'],
    })
    expect(idTokenAlgorithm).toBe('PS256')
  })

  it.each([
    [{ issuer: 'http://login.example.org' }, 'https'],
    [{ privateKeys: [] }, 'privateKeys'],
    [{ roles: { meldkamer: 'boss' } }, 'roles.meldkamer'],
    [{ organisations: { recl: 'recl' } }, 'organisations.recl'],
    [{ acrAccepted: [] }, 'acrAccepted'],
    [{ clientSecret: 'x' }, 'clientSecret'],
  ])('a file with %j is refused, and says where', (change, place) => {
    expect(() => read(JSON.stringify({ ...good, ...change }))).toThrow(place)
  })

  it('a file that is no JSON, or not there, is refused without a word of its content', () => {
    expect(() => read('{"d":"secret-of-the-key"')).toThrow(/^(?!.*secret).*expected JSON/s)
    expect(() => readIssuerSettings(join(folder, 'none.json'))).toThrow('expected a file')
  })
})
