import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { answerQuestion, type AskedQuestion } from '../../src/assess/answering/answer-question.ts'
import { checkSharedBuilding } from '../../src/core/enforceability/building-check.ts'
import { checkDailyLife } from '../../src/core/enforceability/daily-life-check.ts'
import { checkDisclosure } from '../../src/core/enforceability/disclosure-check.ts'
import { standOnGround } from '../../src/core/enforceability/ground.ts'
import { judgeProposal } from '../../src/core/enforceability/judge-parts.ts'
import { checkPassage } from '../../src/core/enforceability/passage-check.ts'
import type { EnforceabilityProposal } from '../../src/core/enforceability/proposal.ts'
import { compileBan } from '../../src/core/enforceability/reach.ts'
import { judgeTravelModes } from '../../src/core/enforceability/warning-time.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { degreesPerE7, type StreetMap } from '../../src/core/roads/street-map.ts'
import { importExtract } from '../../src/map/import/import-extract.ts'
import { indexMap } from '../../src/map/index-map.ts'
import { writeMap } from '../../src/map/stored-map.ts'
import { readProposal } from '../../src/schemas/read-proposal.ts'
import { createRandom } from '../support/random.ts'
import { line, section } from './report.ts'

/**
 * Questions about bans on an imported extract: how long a whole answer takes, and where that time
 * goes; how long an import takes and what it needs. Without a file nothing can be measured: a town
 * of ours has no roads that people drew.
 */
export async function benchAssess({
  file,
  questionCount,
  seed,
}: AssessBenchOptions): Promise<void> {
  section(`Import of ${basename(file)}`)
  const map = await measureImport(file)
  const questions = drawQuestions(map, questionCount, seed)
  section(`The whole answer, ${questionCount} bans on it (milliseconds)`)
  const places = { map, areas: null }
  const ask = (question: AskedQuestion, more: { isComparing: boolean; isMeasuring: boolean }) =>
    answerQuestion(
      { question, ...more, kept: null, positions: null },
      places,
      defaultLimits,
      () => {},
    )
  const few = questions.slice(0, Math.ceil(questionCount / 5))
  for (const question of questions) ask(question, { isComparing: false, isMeasuring: false })
  say('asked alone', questions, (question) =>
    ask(question, { isComparing: false, isMeasuring: false }),
  )
  say('with other bans beside it', few, (question) =>
    ask(question, { isComparing: true, isMeasuring: false }),
  )
  const measuredMs = say('with weeks of an ordinary life', few, (question) =>
    ask(question, { isComparing: false, isMeasuring: true }),
  )
  const playedMs = 140 * 86_400_000
  line(
    `140 days are played at ${Math.round(playedMs / measuredMs).toLocaleString('en')} times life`,
  )
  section('By check, of the question asked alone (milliseconds)')
  sayChecks(questions, map)
}

export type AssessBenchOptions = {
  readonly file: string
  readonly questionCount: number
  readonly seed: number
}

async function measureImport(file: string): Promise<StreetMap> {
  const { size } = await stat(file)
  const before = process.cpuUsage()
  const { map } = await importExtract(file, {})
  const { user, system } = process.cpuUsage(before)
  const cpuSeconds = (user + system) / 1e6
  const count = map.roads.edgeFrom.length + map.features.kinds.length + map.addresses.streets.length
  const folder = await mkdtemp(join(tmpdir(), 'hoede-bench-'))
  try {
    const path = join(folder, 'map')
    await writeMap(path, map)
    const written = (await stat(path)).size
    const peak = process.resourceUsage().maxRSS / 1024
    line(
      `${megabytes(size)} read in ${cpuSeconds.toFixed(2)} CPU s, ${count} pieces kept (${Math.round(count / cpuSeconds)} a CPU s), ${megabytes(written)} on disk, at most ${Math.round(peak)} MB`,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
  return indexMap('bench', map)
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)} MB`
}

/** About junctions that are on the map: nobody asks about a field. */
function drawQuestions(map: StreetMap, count: number, seed: number): AskedQuestion[] {
  const random = createRandom(seed)
  const { vertexLongitudesE7, vertexLatitudesE7 } = map.roads
  const place = () => {
    const at = Math.floor(random() * vertexLongitudesE7.length)
    return {
      longitude: (vertexLongitudesE7[at] ?? 0) * degreesPerE7,
      latitude: (vertexLatitudesE7[at] ?? 0) * degreesPerE7,
    }
  }
  const radii = [300, 500, 1_000, 2_000, 3_000]
  return Array.from({ length: count }, (_, index) => {
    const hers = place()
    return {
      circle: { ...hers, radiusMeters: radii[index % radii.length] ?? 500 },
      approachMeters: 500,
      reportIntervalSeconds: 60,
      policeResponseSeconds: 900,
      victimAddresses: [{ label: 'home', secret: true, ...hers }],
      offenderFixedAddresses: [
        { label: 'home', ...place() },
        { label: 'work', ...place() },
      ],
    }
  })
}

/** Prints p50 and p95; the median. */
function say<T>(name: string, questions: readonly T[], ask: (question: T) => unknown): number {
  const sorted = questions
    .map((question) => {
      const startedMs = performance.now()
      ask(question)
      return performance.now() - startedMs
    })
    .toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  line(
    `${name.padEnd(44)} p50 ${at(0.5).toFixed(1).padStart(8)}  p95 ${at(0.95).toFixed(1).padStart(8)}  of ${sorted.length}`,
  )
  return at(0.5)
}

function sayChecks(questions: readonly AskedQuestion[], map: StreetMap): void {
  const asked = questions.flatMap((question): EnforceabilityProposal[] => {
    const { proposal } = readProposal(question)
    return proposal === null ? [] : [proposal]
  })
  const places = { map, areas: null }
  const grounded = asked.flatMap((proposal) => {
    const shape = compileBan(proposal.ban)
    const ground = standOnGround(places, proposal, defaultLimits)
    return shape === null ? [] : [{ proposal, ground, ban: { shape, map } }]
  })
  say('E2, E3: the ways in and the least times', asked, (proposal) =>
    judgeTravelModes(
      proposal,
      500,
      defaultLimits,
      standOnGround(places, proposal, defaultLimits).askByRoad,
    ),
  )
  say('E6: what leads through', grounded, ({ proposal, ban }) =>
    checkPassage(proposal, ban, defaultLimits),
  )
  say('E9: what the shape gives away', asked, (proposal) =>
    checkDisclosure(proposal, map, defaultLimits),
  )
  say('E10: whether they share a building', asked, (proposal) =>
    checkSharedBuilding(proposal, map, defaultLimits),
  )
  say('E18: daily life', grounded, ({ proposal, ban }) =>
    checkDailyLife(proposal, ban, defaultLimits),
  )
  say('all checks, once the least times are known', grounded, ({ proposal, ground }) =>
    judgeProposal(proposal, defaultLimits, ground),
  )
}
