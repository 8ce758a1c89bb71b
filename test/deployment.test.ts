import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const compose = read('docker-compose.yml')

it('the image has the Node that is tested', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as {
    devDependencies: Record<string, string>
  }
  const bases = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
  const pinned = `node:${devDependencies['node']}-bookworm-slim`
  expect(bases).toEqual([pinned, pinned])
})

it('nothing waits for Redis, and everything for a PostgreSQL that is really up', () => {
  expect(compose).toContain('redis: { condition: service_started, required: false }')
  expect(compose).toContain('postgres: { condition: service_healthy }')
  expect(compose).toContain('pg_isready -h 127.0.0.1')
})

it('Redis is full before its container is', () => {
  const [, service = ''] = /\n {2}redis:\n([^]*?)\n\n/.exec(compose) ?? []
  const full = Number(/"--maxmemory", "(\d+)mb"/.exec(service)?.[1])
  const limit = Number(/memory: (\d+)m/.exec(service)?.[1])
  expect(full).toBeGreaterThan(0)
  expect(full).toBeLessThan(0.8 * limit)
})
