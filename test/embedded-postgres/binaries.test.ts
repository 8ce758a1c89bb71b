import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandAs, findBinaries, findServerUser } from '../../src/embedded-postgres/binaries.ts'
import { makeCluster, startCluster, stopCluster } from '../../src/embedded-postgres/cluster.ts'
import { chooseEndpoint } from '../../src/embedded-postgres/endpoint.ts'

const isRoot = process.getuid?.() === 0
let root: string

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hoede-binaries-'))
  await chmod(root, 0o711)
})
afterAll(() => rm(root, { recursive: true, force: true }))

it('the programs of PostgreSQL that npm installed are found, with their version', async () => {
  const binaries = await findBinaries()
  expect(binaries.major).toBe(18)
  expect(binaries.version).toMatch(/PostgreSQL/)
})

describe.skipIf(!isRoot)('started by root', () => {
  it('a server started by root is an unprivileged user, plainly where that user may go', async () => {
    const user = await findServerUser()
    expect(user.ids?.uid).toBeGreaterThan(0)
    expect(await commandAs(user, '/usr/bin/env', ['-i'], ['/tmp'])).toEqual({
      program: '/usr/bin/env',
      args: ['-i'],
      ids: user.ids,
    })
  })

  it('a server started by root runs from a clone in a folder closed to others, with one capability and no more', async () => {
    const closed = path.join(root, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const installed = await findBinaries()
    const native = path.dirname(path.dirname(installed.postgres))
    await cp(native, path.join(closed, 'native'), { recursive: true, verbatimSymlinks: true })
    const binaries = {
      ...installed,
      initdb: path.join(closed, 'native/bin/initdb'),
      postgres: path.join(closed, 'native/bin/postgres'),
    }
    const user = await findServerUser()
    const folder = path.join(closed, 'postgres')
    await makeCluster(binaries, user, folder, 'secret')
    const endpoint = await chooseEndpoint(closed, user, null)
    const cluster = await startCluster(
      binaries,
      user,
      folder,
      await endpoint.settings(endpoint.port),
    )
    try {
      const status = await readFile(`/proc/${cluster.pid}/status`, 'utf8')
      const capabilities = [...status.matchAll(/^Cap(Prm|Eff|Bnd|Inh):\s+(\w+)$/gm)].map(
        ([, , bits]) => bits,
      )
      // CAP_DAC_READ_SEARCH is number 2.
      expect(capabilities).toEqual(Array.from({ length: 4 }, () => '0000000000000004'))
      expect(status).toMatch(new RegExp(`^Uid:\\s+${user.ids?.uid}\\s+${user.ids?.uid}\\s`, 'm'))
    } finally {
      await stopCluster(folder, cluster.pid)
    }
  })
})
