import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../src/config.ts'
import { databaseLogins, loginsScript } from '../src/embedded-postgres/roles.ts'
import { lineSettings, recordSettings } from '../src/embedded-postgres/settings.ts'

const root = resolve(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose
const services = Object.entries(compose.services)
const ours = services.filter(([, service]) => service.build !== undefined)
/** Those that run on; the others do one thing and end. */
const servers = ours.filter(([, service]) => service.environment?.['HOEDE_ROLES'] !== undefined)
const manifest = JSON.parse(read('package.json')) as {
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
}

const notInContainers = new Set([
  'HOEDE_DEMO_PERSON',
  'HOEDE_RECORD_KEY',
  'HOEDE_MASTER_KEY',
  'HOEDE_MASTER_KEY_COMMAND',
  'HOEDE_HOST',
  'HOEDE_PORT',
  'HOEDE_DATA_DIR',
  'HOEDE_ADMIN_TOKEN',
  'HOEDE_RECORD_WITNESS_PATH',
  'DATABASE_URL_FILE',
  // Of the container that migrates.
  'HOEDE_DATABASE_OWNER_URL',
  'REDIS_URL_FILE',
])
const afterMigration = {
  migrate: { condition: 'service_completed_successfully' },
  // It may burn down: whoever finds it away goes on without.
  redis: { condition: 'service_started', required: false },
}
const secretFolder = mkdtempSync(join(tmpdir(), 'hoede-secrets-'))
afterAll(() => rmSync(secretFolder, { recursive: true }))

describe('docker-compose.yml', () => {
  it('docker-compose.yml has PostgreSQL, Redis, a process per role and what migrates and copies', () => {
    expect(Object.keys(compose.services)).toEqual([
      'postgres',
      'redis',
      'migrate',
      'api',
      'evaluator',
      'worker',
      'backup',
    ])
    const roles = servers.map(([, { environment }]) => environment?.['HOEDE_ROLES'] ?? '')
    expect(roles.toSorted()).toEqual(readConfig({}).roles.toSorted())
  })

  it.each(services)('docker-compose.yml watches, bounds and restarts %s', (_name, service) => {
    const isWatched = service.healthcheck?.test !== undefined || service.build !== undefined
    expect(isWatched).toBe(true)
    if (servers.some(([, server]) => server === service) || service.build === undefined)
      expect(service.restart).toBe('unless-stopped')
    else expect(service.restart).toMatch(/^(no|on-failure:5)$/)
    expect(Number(service.deploy?.resources.limits.cpus)).toBeGreaterThan(0)
    expect(service.deploy?.resources.limits.memory).toMatch(/^\d+[mg]$/)
  })

  it.each(ours)(
    'docker-compose.yml gives %s no right and no disk it does not need',
    (_name, service) => {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
      const isFirst = service.command?.includes('src/migrate-main.ts') === true
      expect(service.depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        ...(isFirst ? {} : afterMigration),
      })
    },
  )

  it('PostgreSQL in containers runs as the embedded one does: durable, and silent about what it stores', () => {
    const [program, ...settings] = compose.services['postgres']?.command ?? []
    expect(program).toBe('postgres')
    const given = settings.map((setting) => {
      const [, name = '', value = ''] = /^--(\w+)=(.*)$/.exec(setting) ?? []
      return [name, value]
    })
    const expected = { ...recordSettings, ...lineSettings }
    expect(Object.fromEntries(given)).toEqual(expected)
    expect(given).toHaveLength(Object.keys(expected).length)
  })

  it('the health of PostgreSQL is asked where clients ask: while it is first set up it answers elsewhere', () => {
    expect(compose.services['postgres']?.healthcheck?.test?.join(' ')).toContain(
      'pg_isready -h 127.0.0.1',
    )
  })

  it.each(services)(
    'docker-compose.yml runs %s without capabilities and new rights, bounded in processes, and never as root',
    (_name, service) => {
      expect(service.cap_drop).toEqual(['ALL'])
      expect(service.security_opt).toEqual(['no-new-privileges:true'])
      expect(service.pids_limit).toBeGreaterThan(0)
      expect(service.user ?? (service.build === undefined ? 'root' : 'of the image')).not.toBe(
        'root',
      )
    },
  )

  it('each process has a login of its own, the password of no other one, and none that of the owner', () => {
    const passwords = servers.map(([name, { secrets = [] }]) => [
      name,
      secrets.filter((secret) => secret.startsWith('database_')),
    ])
    expect(passwords).toEqual([
      ['api', ['database_api_password', 'database_intake_password']],
      ['evaluator', ['database_evaluator_password']],
      ['worker', ['database_worker_password']],
    ])
    for (const [, { environment = {} }] of ours) {
      for (const [name, value] of Object.entries(environment)) {
        const login = /^HOEDE_DATABASE_([A-Z]+)_URL$/.exec(name)?.[1]?.toLowerCase()
        if (login === undefined) continue
        expect(value).toBe(`postgres://hoede_${login}@postgres:5432/hoede`)
        const file = `database_${login}_password`
        expect(environment[name.replace(/URL$/, 'PASSWORD_FILE')]).toBe(`/run/secrets/${file}`)
      }
    }
  })

  it('the logins are made by the statements of the embedded server, none of them as a superuser', () => {
    const postgres = compose.services['postgres']
    expect(postgres?.environment?.['POSTGRES_USER']).toBe('hoede_admin')
    expect(postgres?.volumes).toContain(
      './docker/make-logins.sh:/docker-entrypoint-initdb.d/10-make-logins.sh:ro',
    )
    const script = read('docker/make-logins.sh')
    expect(script).toContain(loginsScript('hoede'))
    for (const login of databaseLogins) {
      expect(postgres?.secrets).toContain(`database_${login}_password`)
      expect(script).toContain(
        `\\set ${login}_password \`cat "$SECRETS/database_${login}_password"\``,
      )
    }
  })

  it('every secret that is named is made by the line of the README, and no other', () => {
    const loops = [
      ...read('README.md').matchAll(
        /^for \w+ in (.+?); do openssl rand.* > secrets\/(.+?); done/gm,
      ),
    ]
    const made = loops.flatMap(([, names = '', file = '']) =>
      names.split(' ').map((name) => file.replace(/\$\{?[a-z]+\}?/, name)),
    )
    expect(made.toSorted()).toEqual(Object.keys(compose.secrets).toSorted())
  })

  it('Redis is full before its container is', () => {
    const redis = compose.services['redis']
    const at = redis?.command?.indexOf('--maxmemory') ?? -1
    const fullMb = Number(/^(\d+)mb$/.exec(redis?.command?.[at + 1] ?? '')?.[1])
    const limitMb = Number(/^(\d+)m$/.exec(redis?.deploy?.resources.limits.memory ?? '')?.[1])
    expect(fullMb).toBeGreaterThan(0)
    expect(fullMb).toBeLessThan(0.8 * limitMb)
  })

  it('the images are pinned, PostgreSQL to the version that is tested', () => {
    for (const [, { build, image }] of services) {
      if (build === undefined)
        expect(image).toMatch(/^[a-z]+:\d+\.\d+[\d.]*-bookworm@sha256:[\da-f]{64}$/)
    }
    const tested = /^\d+\.\d+/.exec(manifest.devDependencies['embedded-postgres'] ?? '')?.[0]
    expect(compose.services['postgres']?.image).toMatch(`postgres:${tested}-bookworm@`)
  })

  it.each(servers)(
    'docker-compose.yml configures %s with what the server reads, and nothing else',
    (_name, service) => {
      const environment = service.environment ?? {}
      // Whatever the README lists, but where to listen (the image), the folder of the embedded
      // PostgreSQL, and secrets in the environment.
      const listed = [...read('README.md').matchAll(/^\| (`[A-Z_`, ]+`) *\|/gm)]
        .flatMap(([, names = '']) => names.replaceAll('`', '').split(', '))
        .filter((name) => !notInContainers.has(name))
      expect(listed.length).toBeGreaterThan(5)
      const isDoor = environment['HOEDE_ROLES'] === 'api'
      const isWorker = environment['HOEDE_ROLES'] === 'worker'
      const own = listed
        .filter((name) => isDoor || !['HOEDE_ADMIN_TOKEN_FILE', 'PGPASSWORD_FILE'].includes(name))
        .filter((name) => isWorker || name !== 'HOEDE_RECORD_KEY_FILE')
      const isOfLogin = (name: string): boolean => name.startsWith('HOEDE_DATABASE_')
      const shared = Object.keys(environment).filter((name) => !isOfLogin(name))
      expect(shared.toSorted()).toEqual(own.toSorted())
      const optional = {
        HOEDE_WEBHOOK_HOSTS: '',
        HOEDE_CORS_ORIGINS: '',
        HOEDE_PUBLIC_URL: '',
        HOEDE_LOCATIESERVER_URL: '',
        HOEDE_TRUSTED_PROXIES: '',
        HOEDE_OIDC_FILE: '',
        HOEDE_GROUND_PATH: '',
        HOEDE_BRT_TILES_URL: '',
        HOEDE_OIN: '',
        HOEDE_RETENTION_DAYS: '',
        HOEDE_WATCHDOG_SECONDS: '',
        HOEDE_EVALUATOR_THREAD: '',
        HOEDE_RECORD_WITNESS_URL: '',
        HOEDE_QUIET_FIXES: '',
        HOEDE_TWO_PEOPLE: '',
      }
      // The organisation brings its own file about its sign-in, or none.
      const files = Object.entries(environment).filter(
        ([name]) => name.endsWith('_FILE') && name !== 'HOEDE_OIDC_FILE',
      )
      for (const [, file] of files) {
        expect(file).toMatch(/^\/run\/secrets\//)
        expect(service.secrets).toContain(basename(file))
      }
      const inFiles = files.map(([name, file]) => {
        const path = join(secretFolder, basename(file))
        const digits = 'a'.repeat(64)
        writeFileSync(
          path,
          /^HOEDE_(RECORD|MASTER)_KEY_FILE$/.test(name) ? digits : 'p@ss/word%'.padEnd(32, 'x'),
        )
        return [name, path]
      })
      const config = readConfig({ ...environment, ...optional, ...Object.fromEntries(inFiles) })
      const password = `p%40ss%2Fword%25${'x'.repeat(22)}`
      const urls = Object.entries(config.databaseUrls ?? {})
      for (const [login, url] of urls) {
        const isKnown = login !== 'api' || isDoor
        expect(url).toBe(
          `postgres://hoede_${login}${isKnown ? `:${password}` : ''}@postgres:5432/hoede`,
        )
      }
      expect(urls.length).toBeGreaterThan(1)
      expect(config.redisUrl).toBe(`redis://:${password}@redis:6379`)
    },
  )

  it('docker-compose.yml holds no secret and opens nothing but the api to the host', () => {
    expect(read('docker-compose.yml')).not.toMatch(/(password|token): (?!\{ file: )\S/i)
    const published = services.filter(([, { ports }]) => ports !== undefined)
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([
      ['api', ['127.0.0.1:8080:8080']],
    ])
    expect(compose.networks['inner']).toEqual({ internal: true })
  })
})

describe('the Dockerfile', () => {
  const lines = read('Dockerfile')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const last = (instruction: string): string | undefined =>
    lines.findLast((line) => line.startsWith(`${instruction} `))

  it('the image stands on the Node that is tested', () => {
    const images = lines.filter((line) => line.startsWith('FROM '))
    expect(images).toHaveLength(3)
    for (const image of images) {
      const [name, digest] = (image.split(' ')[1] ?? '').split('@')
      expect(name).toBe(
        `node:${manifest.optionalDependencies['node']?.split('@').at(-1)}-bookworm-slim`,
      )
      expect(digest).toMatch(/^sha256:[\da-f]{64}$/)
    }
  })

  it('the image leaves out development dependencies and install scripts, but has what they built', () => {
    const installs = lines.filter((line) => /npm (ci|install)/.test(line))
    expect(installs).toEqual([
      expect.stringContaining('npm ci --omit=dev --omit=optional --ignore-scripts'),
      expect.stringContaining('npm ci --omit=optional --ignore-scripts'),
    ])
    expect(lines.filter((line) => line.startsWith('COPY --from'))).toEqual([
      'COPY --from=dependencies /app/node_modules ./node_modules',
      'COPY --from=desk /app/dist ./dist',
    ])
    expect(read('.dockerignore').split('\n')).toEqual(
      expect.arrayContaining([
        'test/*',
        '!test/support',
        'test/support/*',
        '!test/support/client-types',
      ]),
    )
    expect(lines.filter((line) => line.startsWith('COPY . '))).toEqual([])
  })

  it('the container runs as an unprivileged user, answers for its health and hears signals', () => {
    expect(last('USER')).toBe('USER node')
    expect(lines.indexOf(last('USER') ?? '')).toBeLessThan(lines.indexOf(last('CMD') ?? ''))
    expect(last('CMD')).toBe('CMD ["node", "src/main.ts"]')
    expect(last('HEALTHCHECK')).toContain('/health/live')
  })
})

type Compose = {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, unknown>>
}

type Service = {
  readonly build?: string
  readonly image?: string
  readonly restart?: string
  readonly command?: readonly string[]
  readonly ports?: readonly string[]
  readonly user?: string
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly pids_limit?: number
  readonly secrets?: readonly string[]
  readonly volumes?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: unknown
  readonly healthcheck?: { readonly test?: readonly string[] }
  readonly deploy?: {
    readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } }
  }
}
