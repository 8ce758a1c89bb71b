import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'
import { commandUrl } from '../src/open-database.ts'
import { StartError } from '../src/errors.ts'

describe('the configuration', () => {
  it('a server without any configuration is one machine that only itself can reach', () => {
    expect(readConfig({})).toEqual({
      adminToken: null,
      host: '127.0.0.1',
      port: 8080,
      dataDir: path.resolve('data'),
      databaseUrl: null,
      databaseUrls: null,
      redisUrl: null,
      roles: ['api', 'evaluator', 'worker'],
      webhookHosts: [],
      corsOrigins: [],
      publicOrigin: 'http://localhost:8080',
      isDemo: false,
      twoPeople: 'staff',
      oidcFile: null,
      groundPath: null,
      brtTilesUrl: null,
      placeFiles: { map: null, areas: null, policeTimes: null },
      locatieserverUrl: null,
      trustedProxies: [],
      oin: null,
      retentionDays: 90,
      watchdogMs: 30_000,
      isEvaluatorApart: availableParallelism() > 1,
      quietMode: 'on',
      masterKey: null,
      masterKeyCommand: null,
      recordKey: null,
      recordWitnessPath: null,
      recordWitnessUrl: null,
    })
  })

  it('the configuration takes every variable, and empty ones as absent', () => {
    expect(
      readConfig({
        HOEDE_ADMIN_TOKEN: 'correct-horse-battery-staple-too',
        HOEDE_HOST: '::1',
        HOEDE_PORT: '0',
        HOEDE_DATA_DIR: '/var/lib/hoede',
        DATABASE_URL: 'postgresql://hoede:secret@db:5432/hoede',
        REDIS_URL: '',
        HOEDE_ROLES: ' api, worker ,api',
        HOEDE_WEBHOOK_HOSTS: 'Desk.Example.org, 127.0.0.1:9000',
        HOEDE_CORS_ORIGINS: 'https://desk.example.org, http://localhost:5173',
        HOEDE_OIN: '00000001234567890000',
        HOEDE_PUBLIC_URL: 'https://desk.example.org',
        HOEDE_TRUSTED_PROXIES: '10.1.0.0/16, ::1',
        HOEDE_DEMO_PERSON: 'no',
        HOEDE_OIDC_FILE: '/etc/hoede/oidc.json',
        HOEDE_GROUND_PATH: '/etc/hoede/map.json',
        HOEDE_BRT_TILES_URL: 'https://tiles.example.org/wmts?layer=grijs&z={z}&x={x}&y={y}',
        HOEDE_MAP_PATH: '/var/lib/hoede/town.map',
        HOEDE_AREAS_PATH: '/var/lib/hoede/areas',
        HOEDE_POLICE_TIMES_PATH: '/var/lib/hoede/police-times.csv',
        HOEDE_LOCATIESERVER_URL: 'https://addresses.example.org/v3_1/',
        HOEDE_RETENTION_DAYS: ' 180 ',
        HOEDE_WATCHDOG_SECONDS: '5',
        HOEDE_EVALUATOR_THREAD: 'no',
        HOEDE_QUIET_FIXES: 'checked',
        HOEDE_TWO_PEOPLE: 'everybody',
        HOEDE_MASTER_KEY: 'cd'.repeat(32),
        HOEDE_MASTER_KEY_COMMAND: '["/usr/bin/kms", "decrypt"]',
        HOEDE_RECORD_KEY: 'ab'.repeat(32),
        HOEDE_RECORD_WITNESS_PATH: '/mnt/elsewhere/heads',
        HOEDE_RECORD_WITNESS_URL: 'https://witness.example.org/heads',
        PATH: '/usr/bin',
      }),
    ).toEqual({
      adminToken: 'correct-horse-battery-staple-too',
      host: '::1',
      port: 0,
      dataDir: '/var/lib/hoede',
      databaseUrl: 'postgresql://hoede:secret@db:5432/hoede',
      databaseUrls: null,
      redisUrl: null,
      roles: ['api', 'worker'],
      webhookHosts: ['desk.example.org', '127.0.0.1:9000'],
      corsOrigins: ['https://desk.example.org', 'http://localhost:5173'],
      publicOrigin: 'https://desk.example.org',
      isDemo: false,
      oidcFile: '/etc/hoede/oidc.json',
      groundPath: '/etc/hoede/map.json',
      brtTilesUrl: 'https://tiles.example.org/wmts?layer=grijs&z={z}&x={x}&y={y}',
      placeFiles: {
        map: '/var/lib/hoede/town.map',
        areas: '/var/lib/hoede/areas',
        policeTimes: '/var/lib/hoede/police-times.csv',
      },
      locatieserverUrl: 'https://addresses.example.org/v3_1',
      trustedProxies: ['10.1.0.0/16', '::1'],
      oin: '00000001234567890000',
      retentionDays: 180,
      watchdogMs: 5_000,
      isEvaluatorApart: false,
      quietMode: 'checked',
      twoPeople: 'everybody',
      masterKey: 'cd'.repeat(32),
      masterKeyCommand: ['/usr/bin/kms', 'decrypt'],
      recordKey: 'ab'.repeat(32),
      recordWitnessPath: '/mnt/elsewhere/heads',
      recordWitnessUrl: 'https://witness.example.org/heads',
    })
  })

  it.each([
    'http://pdok.example.org/v3_1',
    'https://who:what@pdok.example.org',
    'pdok',
    'https://pdok.example.org/free?q=',
  ])('no address is asked of %s', (url) =>
    expect(readFaults({ HOEDE_LOCATIESERVER_URL: url })).toContain('a Locatieserver answers'),
  )

  it.each([
    'http://tiles.example.org/{z}/{x}/{y}.png',
    'https://who:what@tiles.example.org/{z}/{x}/{y}.png',
    'https://tiles.example.org/{z}/{x}.png',
    'https://tiles.example.org/{z}/{x}/{x}/{y}.png',
    'https://{s}.tiles.example.org/{z}/{x}/{y}.png',
    'https://tiles.example.org/{z}/{x}/{y}.png#here',
  ])('no square of a map is asked of %s', (url) =>
    expect(readFaults({ HOEDE_BRT_TILES_URL: url })).toContain('squares of the BRT'),
  )

  it.each([
    ['http://desk.example.org', 'https'],
    ['https://desk.example.org/hoede', 'no path'],
    ['desk.example.org', 'https'],
  ])('people are not led to %s to sign in', (url, expected) => {
    expect(readFaults({ HOEDE_PUBLIC_URL: url })).toContain(expected)
  })

  it('nobody can sign in where only the configuration could know the address', () => {
    const token = 'x'.repeat(32)
    expect(readConfig({ HOEDE_HOST: '0.0.0.0', HOEDE_ADMIN_TOKEN: token }).publicOrigin).toBeNull()
    expect(readConfig({ HOEDE_PORT: '0' }).publicOrigin).toBeNull()
  })

  it('a person of the demo is refused where others reach the server', () => {
    const faults = readFaults({ HOEDE_HOST: '0.0.0.0', HOEDE_DEMO_PERSON: 'yes' })
    expect(faults).toContain('HOEDE_DEMO_PERSON: expected no')
  })

  it.each(['proxy.example.org', '10.0.0.0/x', 'loopback'])(
    'the word of the proxy %s is not taken',
    (proxies) => {
      expect(readFaults({ HOEDE_TRUSTED_PROXIES: proxies })).toContain('IP addresses of proxies')
    },
  )

  it.each(['postgres://u:p@/name?host=/run/postgresql', 'postgres:///name?host=/run/postgresql'])(
    'the configuration takes a database on a unix socket: %s',
    (url) => {
      expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url)
    },
  )

  it('a refused configuration lists all faults at once: variable, expected, got', () => {
    const faults = readFaults({
      HOEDE_PORT: '80800',
      HOEDE_ROLES: 'api,boss',
      HOEDE_OIN: '123',
      HOEDE_WEBHOOK_HOSTS: 'https://desk.example.org/hook',
    })
    expect(faults).toContain('HOEDE_PORT: expected a port from 0 to 65535, got "80800"')
    expect(faults).toContain(
      'HOEDE_ROLES: expected one or more of api, evaluator, worker, separated by commas, got "api,boss"',
    )
    expect(faults).toContain('HOEDE_OIN: expected an organisation identification number')
    expect(faults).toContain('HOEDE_WEBHOOK_HOSTS: expected host names separated by commas')
  })

  it('a refused configuration never repeats a secret', () => {
    const faults = readFaults({
      HOEDE_ADMIN_TOKEN: 'has a space in it',
      DATABASE_URL: 'mysql://user:hunter22@db/x',
      REDIS_URL: 'http://user:hunter23@cache',
    })
    expect(faults).toContain(
      'HOEDE_ADMIN_TOKEN: expected 8 (better 32) to 512 random visible ASCII characters',
    )
    expect(faults).toContain('got a value of 26 characters (not shown)')
    expect(faults).not.toMatch(/hunter|has a space/)
  })

  it.each(['0.0.0.0', '::', '192.0.2.7', 'hoede.example.org', '127.0.0.1.example.org'])(
    'a short administrator token is refused at %s, where others reach the port, with a sentence that says what to do',
    (host) => {
      const faults = readFaults({ HOEDE_HOST: host, HOEDE_ADMIN_TOKEN: 'hoede2026' })
      expect(faults).toContain('HOEDE_ADMIN_TOKEN: expected 32 characters or more')
      expect(faults).toContain('Make one with node -e')
      expect(faults).not.toContain('hoede2026')
      const long = { HOEDE_HOST: host, HOEDE_ADMIN_TOKEN: 'x'.repeat(32) }
      expect(readConfig(long).adminToken).toBe('x'.repeat(32))
    },
  )

  it.each(['127.0.0.1', '127.8.9.1', '::1', 'localhost'])(
    'a short administrator token is taken at %s, which only this machine reaches',
    (host) => {
      const config = readConfig({ HOEDE_HOST: host, HOEDE_ADMIN_TOKEN: 'hoede2026' })
      expect(config.adminToken).toBe('hoede2026')
    },
  )

  it.each([
    '*',
    'null',
    'desk.example.org',
    'https://*.example.org',
    'https://desk.example.org/',
    'https://desk.example.org/path',
    'https://desk.example.org:443',
    'https://Desk.example.org',
    'https://user@desk.example.org',
    'file:///desk.html',
    'https://desk.example.org, *',
  ])(
    'the configuration refuses the origin %j, which no browser sends or which is everybody',
    (origins) => {
      expect(readFaults({ HOEDE_CORS_ORIGINS: origins })).toContain(
        'HOEDE_CORS_ORIGINS: expected origins as a browser sends them, separated by commas',
      )
    },
  )

  it.each(['-1', '1e3', '65536', 'http', '0x50', '80 80'])(
    'the configuration refuses the port %j',
    (port) => {
      expect(readFaults({ HOEDE_PORT: port })).toContain('HOEDE_PORT')
    },
  )

  it.each(['35', '0', '-90', '90.5', '1e2', 'ninety', '9999'])(
    'the configuration refuses to keep positions for %j days, and says why not fewer',
    (days) => {
      expect(readFaults({ HOEDE_RETENTION_DAYS: days })).toContain(
        'HOEDE_RETENTION_DAYS: expected a whole number of days from 36 (fixes are taken up to 35 days late)',
      )
    },
  )

  it('the configuration keeps positions for as few days as fixes are taken late, and one more', () => {
    expect(readConfig({ HOEDE_RETENTION_DAYS: '36' }).retentionDays).toBe(36)
  })

  it('the configuration refuses a word for quiet fixes that it does not know', () => {
    expect(readFaults({ HOEDE_QUIET_FIXES: 'yes' })).toContain(
      'HOEDE_QUIET_FIXES: expected on, off or checked',
    )
  })

  it.each(['0', '4', '601', '-30', '30s', '1e2'])(
    'the configuration refuses a watchdog of %j seconds',
    (seconds) => {
      expect(readFaults({ HOEDE_WATCHDOG_SECONDS: seconds })).toContain(
        'HOEDE_WATCHDOG_SECONDS: expected a whole number of seconds from 5 to 600',
      )
    },
  )

  it.each(['short', 'x'.repeat(7), `with space in ${'x'.repeat(32)}`, 'é'.repeat(40)])(
    'the configuration refuses the token %j and says how to make one',
    (token) => {
      const faults = readFaults({ HOEDE_ADMIN_TOKEN: token })
      expect(faults).toContain('HOEDE_ADMIN_TOKEN: expected 8 (better 32) to 512 random')
      const command = /node -e "(.+)" or left out/.exec(faults)?.[1] ?? ''
      const made = execFileSync(process.execPath, ['-e', command], { encoding: 'utf8' }).trim()
      expect(readConfig({ HOEDE_ADMIN_TOKEN: made }).adminToken).toBe(made)
    },
  )
})

function readFaults(environment: Record<string, string>): string {
  try {
    readConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(StartError)
    return String(error)
  }
  throw new Error('expected a fault, got none')
}

describe('logins of their own', () => {
  const address = (login: string): string => `postgres://hoede_${login}:secret@db:5432/hoede`
  const all = {
    DATABASE_URL: address('api'),
    HOEDE_DATABASE_OWNER_URL: address('owner'),
    HOEDE_DATABASE_INTAKE_URL: address('intake'),
    HOEDE_DATABASE_EVALUATOR_URL: address('evaluator'),
    HOEDE_DATABASE_WORKER_URL: address('worker'),
    HOEDE_DATABASE_QUEUE_URL: address('queue'),
  }

  it('one login does everything where no other is named', () => {
    expect(readConfig({ DATABASE_URL: address('api') }).databaseUrls).toBeNull()
    expect(readConfig({}).databaseUrls).toBeNull()
  })

  it('each part has its own, and people that of DATABASE_URL', () => {
    expect(readConfig(all).databaseUrls).toEqual({
      api: address('api'),
      owner: address('owner'),
      intake: address('intake'),
      evaluator: address('evaluator'),
      worker: address('worker'),
      queue: address('queue'),
    })
  })

  it.each([
    ['HOEDE_DATABASE_QUEUE_URL', {}, 'HOEDE_DATABASE_QUEUE_URL: expected an address'],
    ['HOEDE_DATABASE_QUEUE_URL', { REDIS_URL: 'redis://queue:6379' }, null],
    ['HOEDE_DATABASE_EVALUATOR_URL', { HOEDE_ROLES: 'api,worker' }, null],
    ['HOEDE_DATABASE_INTAKE_URL', {}, 'HOEDE_DATABASE_INTAKE_URL: expected an address'],
    // Then somebody else migrates.
    ['HOEDE_DATABASE_OWNER_URL', {}, null],
    ['DATABASE_URL', {}, 'DATABASE_URL: expected'],
  ] as const)('a configuration without %s, beside %j, says %j', (missing, beside, sentence) => {
    const { [missing]: _, ...given } = all
    const read = (): unknown => readConfig({ ...given, ...beside })
    if (sentence === null) expect(read).not.toThrow()
    else expect(read).toThrow(sentence)
  })

  it('a command is given the one login it needs, and asked for no other', () => {
    const given = { DATABASE_URL: address('api'), HOEDE_DATABASE_OWNER_URL: address('owner') }
    const config = readConfig(given, 'command')
    expect(commandUrl(config, 'owner')).toBe(address('owner'))
    expect(() => commandUrl(config, 'backup')).toThrow('HOEDE_DATABASE_BACKUP_URL: expected')
    expect(() => readConfig(given)).toThrow('HOEDE_DATABASE_INTAKE_URL: expected')
  })

  it('an address that is none is refused without being repeated', () => {
    const read = (): unknown => readConfig({ ...all, HOEDE_DATABASE_WORKER_URL: 'my-secret' })
    expect(read).toThrow('HOEDE_DATABASE_WORKER_URL: expected an address')
    expect(read).not.toThrow('my-secret')
  })
})
