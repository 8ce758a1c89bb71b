import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'hoede-secrets-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(content: string): string {
  const file = path.join(folder, String(Math.abs(content.length * 7919 + content.charCodeAt(0))))
  writeFileSync(file, content)
  return file
}

function faultsOf(environment: Record<string, string>): string {
  try {
    readConfig(environment)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}

const token = 'a-token-that-nobody-will-ever-guess'

describe('secrets in files', () => {
  it('secrets are read from the files that _FILE variables name, without the end of the line', () => {
    const config = readConfig({
      HOEDE_HOST: '0.0.0.0',
      HOEDE_ADMIN_TOKEN_FILE: fileOf(`${token}\n`),
      DATABASE_URL_FILE: fileOf('postgres://hoede:secret@db:5432/hoede\r\n'),
      REDIS_URL_FILE: fileOf('redis://:secret@redis:6379'),
    })
    expect(config).toMatchObject({
      adminToken: token,
      databaseUrl: 'postgres://hoede:secret@db:5432/hoede',
      redisUrl: 'redis://:secret@redis:6379',
    })
  })

  it('a password in a file may hold any character, and comes into its address escaped', () => {
    const config = readConfig({
      DATABASE_URL: 'postgres://hoede@db:5432/hoede?sslmode=verify-full',
      PGPASSWORD_FILE: fileOf('p@ss/w%rd:1'),
    })
    const url = new URL(config.databaseUrl ?? '')
    expect(decodeURIComponent(url.password)).toBe('p@ss/w%rd:1')
    expect(url.search).toBe('?sslmode=verify-full')
  })

  it('each login has a password file of its own, and people have that of DATABASE_URL', () => {
    const at = (login: string): string => `postgres://hoede_${login}@db:5432/hoede`
    const config = readConfig({
      HOEDE_ROLES: 'api',
      DATABASE_URL: at('api'),
      PGPASSWORD_FILE: fileOf('one/of people'),
      HOEDE_DATABASE_INTAKE_URL: at('intake'),
      HOEDE_DATABASE_INTAKE_PASSWORD_FILE: fileOf('another'),
    })
    expect(config.databaseUrls).toEqual({
      api: 'postgres://hoede_api:one%2Fof%20people@db:5432/hoede',
      intake: 'postgres://hoede_intake:another@db:5432/hoede',
    })
    expect(faultsOf({ HOEDE_DATABASE_WORKER_PASSWORD_FILE: fileOf('secret') })).toContain(
      'HOEDE_DATABASE_WORKER_PASSWORD_FILE: expected HOEDE_DATABASE_WORKER_URL beside it',
    )
  })

  it('a secret in a file is held to the same rules as one in the environment, and not repeated', () => {
    const faults = faultsOf({ HOEDE_HOST: '::', HOEDE_ADMIN_TOKEN_FILE: fileOf('hoede2026\n') })
    expect(faults).toContain('HOEDE_ADMIN_TOKEN: expected 32 characters or more')
    expect(faults).not.toContain('hoede2026')
  })

  it.each([
    [{ HOEDE_ADMIN_TOKEN_FILE: path.join(folder, 'nowhere') }, 'nowhere" (ENOENT)'],
    [{ DATABASE_URL_FILE: folder }, '(EISDIR)'],
    [{ HOEDE_ADMIN_TOKEN_FILE: fileOf('') }, 'expected a file with one line, the secret'],
    [{ HOEDE_ADMIN_TOKEN_FILE: fileOf('two\nlines') }, 'expected a file with one line, the secret'],
    [
      { HOEDE_ADMIN_TOKEN: token, HOEDE_ADMIN_TOKEN_FILE: fileOf(token) },
      'HOEDE_ADMIN_TOKEN: expected it or HOEDE_ADMIN_TOKEN_FILE, got both',
    ],
    [{ PGPASSWORD_FILE: fileOf('secret') }, 'PGPASSWORD_FILE: expected DATABASE_URL beside it'],
    [
      { REDIS_URL: 'redis://:one@redis', REDIS_PASSWORD_FILE: fileOf('two') },
      'REDIS_URL: expected an address with a host and without a password',
    ],
  ] as const)('a secret that cannot be had is a fault of the configuration: %j', (given, words) => {
    expect(faultsOf(given)).toContain(words)
  })
})
