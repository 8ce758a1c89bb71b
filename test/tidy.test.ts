import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../src/core/limits.ts'

const root = resolve(import.meta.dirname, '..')

/** From docs/architecture.md: who may import whom. The first matching prefix decides. */
const importTable: readonly Layer[] = [
  { name: 'geo', may: ['geo'], packages: /^(geographiclib-geodesic|rbush|@turf\/|node:assert)/ },
  { name: 'src/core', may: ['src/core', 'geo'], packages: /^node:(assert|crypto)/ },
  {
    name: 'src/store',
    may: ['src/store', 'src/core', 'geo', ...['config', 'errors', 'log', 'clock'].map(srcFile)],
  },
  {
    name: 'src/live',
    may: ['src/live', 'src/core', 'geo', ...['config', 'errors', 'log', 'clock'].map(srcFile)],
  },
  {
    name: 'src/queue',
    may: ['src/queue', 'src/core', 'geo', ...['config', 'errors', 'log', 'clock'].map(srcFile)],
  },
  {
    name: 'src/ingest',
    may: [
      'src/ingest',
      'src/core',
      'src/store',
      'src/live',
      'src/queue',
      'geo',
      ...['config', 'errors', 'log', 'clock'].map(srcFile),
    ],
  },
  {
    name: 'src/http',
    may: [
      'src/http',
      'src/ingest',
      'src/store',
      'src/live',
      'src/queue',
      'src/core',
      'geo',
      ...['config', 'errors', 'log', 'clock'].map(srcFile),
    ],
  },
  {
    name: 'workers',
    may: [
      'workers',
      'src/ingest',
      'src/store',
      'src/live',
      'src/queue',
      'src/core',
      'geo',
      ...['config', 'errors', 'log', 'clock'].map(srcFile),
    ],
  },
  {
    name: 'src/explain',
    may: [
      'src/explain',
      'src/ingest',
      'src/store',
      'src/core',
      'geo',
      ...['config', 'errors', 'log', 'clock'].map(srcFile),
    ],
  },
  { name: 'src/simulate', may: ['src/simulate', 'src/replay', 'src/core', 'geo', 'src/errors.ts'] },
  { name: 'src/replay', may: ['src/replay', 'src/simulate', 'src/core', 'geo', 'src/errors.ts'] },
  {
    name: 'src/quality',
    may: ['src/quality', 'src/replay', 'src/simulate', 'src/core', 'geo', 'src/errors.ts'],
  },
  {
    name: 'src/demo',
    may: [
      // It clears away what a killed demo left behind, before a server exists to ask.
      'src/store/data-folder.ts',
      'src/store/embedded-cluster.ts',
      'src/store/embedded-process.ts',
      'src/demo',
      'src/replay',
      'src/simulate',
      'src/core',
      'geo',
      'src/errors.ts',
    ],
  },
  // These two put the parts together.
  { name: 'src/main.ts', may: ['src', 'workers', 'geo'] },
  { name: 'src/serve.ts', may: ['src', 'workers', 'geo'] },
  { name: 'src', may: ['src/core', ...['config', 'errors', 'log', 'clock'].map(srcFile)] },
]

/** Files that may pass 300 lines, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {}

/** Source files without a mirror in test/, each with the place that does test it. */
const mirrorElsewhere: Readonly<Record<string, string>> = {
  'src/http/ban-area.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/body.ts': 'test/http/bad-input.test.ts',
  'src/http/docs-operations.ts': 'test/http/health.test.ts',
  'src/http/docs-page.ts': 'test/http/health.test.ts',
  'src/http/errors-exits.ts': 'test/http/socket-exits.test.ts',
  'src/http/guard.ts': 'test/http/socket-exits.test.ts',
  'src/http/html.ts': 'test/http/health.test.ts',
  'src/http/metrics.ts': 'test/http/health.test.ts',
  'src/http/openapi-operation.ts': 'test/http/openapi.test.ts',
  'src/http/openapi-schema.ts': 'test/http/openapi.test.ts',
  'src/http/order-answer.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/order-body.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/order-change.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/paging.ts': 'test/http/routes/registry.test.ts',
  'src/http/problem.ts': 'test/http/socket-exits.test.ts',
  'src/http/registry-change.ts': 'test/http/routes/registry.test.ts',
  'src/http/route-list.ts': 'test/http/routes/roles.test.ts',
  'src/http/routes/device-assignments.ts': 'test/http/routes/registry.test.ts',
  'src/http/routes/devices.ts': 'test/http/routes/registry.test.ts',
  'src/http/routes/persons.ts': 'test/http/routes/registry.test.ts',
  'src/http/routes/protection-order-operations.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/routes/vendors.ts': 'test/http/routes/registry.test.ts',
  'src/http/schemas/api-client.ts': 'test/http/routes/api-clients.test.ts',
  'src/http/schemas/device-assignment.ts': 'test/http/routes/registry.test.ts',
  'src/http/schemas/device.ts': 'test/http/routes/registry.test.ts',
  'src/http/schemas/enforceability.ts': 'test/http/routes/enforceability-assessments.test.ts',
  'src/http/schemas/escalation-ladder.ts': 'test/http/routes/escalation-ladder.test.ts',
  'src/http/schemas/person.ts': 'test/http/routes/registry.test.ts',
  'src/http/schemas/protection-order-answer.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/schemas/protection-order.ts': 'test/http/routes/protection-orders.test.ts',
  'src/http/schemas/refused-report.ts': 'test/http/routes/refused-reports.test.ts',
  'src/http/schemas/vendor.ts': 'test/http/routes/registry.test.ts',
  'src/main.ts': 'test/scenarios/main-job.test.ts',
  'src/serve.ts': 'test/scenarios/main-job.test.ts',
  'src/store/access-log.ts': 'test/http/routes/alerts.test.ts',
  'src/store/alert-actions.ts': 'test/http/routes/alerts.test.ts',
  'src/store/delivery-failures.ts': 'test/workers/deliver-webhooks.test.ts',
  'src/store/escalation-ladders.ts': 'test/http/routes/escalation-ladder.test.ts',
  'src/store/escalations.ts': 'test/faults/queue-destroyed.test.ts',
  'src/store/evaluator-place.ts': 'test/ingest/evaluator.test.ts',
  'src/store/evaluator-snapshots.ts': 'test/ingest/evaluator.test.ts',
  'src/store/migrate-main.ts': 'test/store/migrate.test.ts',
  'src/store/poison.ts': 'test/ingest/evaluator.test.ts',
  'src/store/rejudgements.ts': 'test/ingest/evaluator.test.ts',
  'src/store/stream-progress.ts': 'test/http/health.test.ts',
}

const sources = ['geo', 'src', 'workers'].flatMap((folder) => filesBelow(join(root, folder)))
const tests = filesBelow(join(root, 'test'))

describe('the shape of the source tree', () => {
  it('was read at all', () => {
    expect(sources.length).toBeGreaterThan(20)
    expect(tests.length).toBeGreaterThan(10)
  })

  it('follows the import table', () => {
    const faults = sources.flatMap((file) => importFaults(file))
    expect(faults).toEqual([])
  })

  it('has no barrel file, no FIXME and no TODO', () => {
    const faults = sources.filter((file) => {
      const text = read(file)
      return /\b(FIXME|TODO)\b/.test(text) || isBarrel(file, text)
    })
    expect(faults).toEqual([])
  })

  it('keeps files under 300 lines, or says why not', () => {
    const faults = sources
      .filter((file) => read(file).split('\n').length > 301)
      .filter((file) => longFiles[file] === undefined)
    expect(faults).toEqual([])
  })

  it('has a test for each source file: its mirror, a test that imports it, or the mirror of the file it was split from', () => {
    const tested = new Set(sources.filter((file) => existsSync(join(root, mirrorOf(file)))))
    for (const test of tests) for (const file of targetsOf(test)) tested.add(file)
    for (const [file, elsewhere] of Object.entries(mirrorElsewhere)) {
      if (existsSync(join(root, elsewhere))) tested.add(file)
    }
    // What a tested file uses from its own folder or below is its inside, however many files that takes.
    for (const file of tested) {
      for (const part of targetsOf(file)) if (part.startsWith(`${dirname(file)}/`)) tested.add(part)
    }
    expect(sources.filter((file) => !tested.has(file))).toEqual([])
  })

  it('has a unit in the name of every threshold', () => {
    // The unit may stand before a bound (`gapMsMax`); a bound alone is none. Counts say of what and per what.
    const unit =
      /(Meters|Ms|Seconds|Days|Probability|Fraction|Count|Share|Factor|IntervalsMax|hdop\w*|Per[A-Z]\w+Max)/
    const faults = Object.entries(defaultLimits)
      .filter(([, value]) => typeof value === 'number')
      .filter(([name]) => !unit.test(name))
    expect(faults).toEqual([])
  })

  it('keeps clocks, chance and the process out of pure code', () => {
    const banned =
      /\b(Date\.|new Date|Math\.random|Temporal\.Now|process\.|setTimeout|setInterval|performance\.|globalThis)/
    const faults = sources
      .filter((file) => file.startsWith('geo/') || file.startsWith('src/core/'))
      .filter((file) => banned.test(withoutComments(read(file))))
    expect(faults).toEqual([])
  })
})

type Layer = { readonly name: string; readonly may: readonly string[]; readonly packages?: RegExp }

function srcFile(name: string): string {
  return `src/${name}.ts`
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted()
}

function importFaults(file: string): string[] {
  const layer = importTable.find(
    ({ name }) => file === name || file.startsWith(name.endsWith('.ts') ? name : `${name}/`),
  )
  if (layer === undefined) return [`${file}: belongs to no layer of the import table`]
  return importsOf(read(file)).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      const isFree = layer.packages === undefined || layer.packages.test(specifier)
      return isFree ? [] : [`${file}: may not import package ${specifier}`]
    }
    const target = relative(root, resolve(root, dirname(file), specifier))
    const isAllowed = layer.may.some(
      (prefix) => target === prefix || target.startsWith(`${prefix}/`),
    )
    return isAllowed ? [] : [`${file}: may not import ${target}`]
  })
}

function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** The files of ours that a file imports. */
function targetsOf(file: string): string[] {
  return importsOf(read(file))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(root, resolve(root, dirname(file), specifier)))
}

function isBarrel(file: string, text: string): boolean {
  return /(^|\/)index\.ts$/.test(file) || /^export \* from/m.test(text)
}

function mirrorOf(file: string): string {
  const inside = file.replace(/^src\//, '')
  return `test/${inside.replace(/\.ts$/, '.test.ts')}`
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1')
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
