import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseCommandLine, runCommand, UsageFault } from '../command-line.ts'
import { assessEnforceability } from '../core/enforceability/enforceability.ts'
import { defaultLimits } from '../core/model/limits.ts'
import { MapFault } from '../map/map-fault.ts'
import { readNamedAreas } from '../map/areas/read-areas.ts'
import { readPoliceTimes } from '../map/areas/read-police-times.ts'
import { readMap } from '../map/stored-map.ts'
import { adviseOnPlaces } from './advise-on-places.ts'
import { writeAdvice, type Advice } from './advice-page.ts'
import type { UsedPoliceTime } from './choose-police-time.ts'
import { editions } from './edition.ts'
import { predictLoad } from './load/predict-load.ts'
import { printPdf } from './print-pdf.ts'
import { readQuestion } from './read-question.ts'
import { writeWhole } from './write-whole.ts'

const usage = `Usage: npm run assess -- --ban FILE [--places FILE] [--facts FILE] [--map FILE] [--areas PATH] [--police-times FILE] [--out DIR] [--pdf] [--measure] [--label TEXT]

Whether a location ban can be enforced, before a court imposes it. Writes to DIR:
  advice-court.html  the advice for judge and prosecutor, in Dutch, to read and print
  advice-file.html   the same for the file: nothing in it tells where the victim lives
  assessment-court.json  every check with its number, and the way to the door: for the court alone

  --ban FILE     the area, or several, as GeoJSON, a point of GeoJSON with the property radiusMeters,
                 {"areaCodes":["BU0363AA01",…]}, or {"separationMeters":…}; metres of RD New when its crs says EPSG:28992
  --places FILE  points of GeoJSON with the properties label, of ("victim" or "offender"), and secret (true unless said);
                 a feature without a geometry is found by its property address on the map
  --facts FILE   what else is known, with the names of POST /v1/enforceability-assessments
  --map FILE     a map made by npm run map:import; without it roads and buildings are unknown
  --areas PATH   municipalities and neighbourhoods by code, a file or folder of GeoJSON; without it borders are unknown
  --police-times FILE  published police times by municipality (CSV); with --areas the one of the place is offered,
                 and taken where --facts says policeTimeSource
  --out DIR      data/advice when left out
  --pdf          both advices as PDF too, printed by a Chromium of this machine (HOEDE_CHROMIUM_PATH)
  --measure      also plays weeks of an ordinary life beside each other ban, which takes some seconds for each
  --label TEXT   how the case is called in the advice
`

const options = {
  ban: { type: 'string' },
  places: { type: 'string' },
  facts: { type: 'string' },
  map: { type: 'string' },
  areas: { type: 'string' },
  'police-times': { type: 'string' },
  out: { type: 'string', default: 'data/advice' },
  label: { type: 'string', default: 'Locatieverbod' },
  pdf: { type: 'boolean', default: false },
  measure: { type: 'boolean', default: false },
} as const

async function main(): Promise<number> {
  const values = parseCommandLine(usage, options)
  if (values.ban === undefined) throw new UsageFault('--ban is missing: the area to assess.')
  const { ban, places = null, facts = null } = values
  const known = await readPlaces(values)
  const { map, areas } = known
  const { proposal: asked, policeTime } = readQuestion({ ban, places, facts }, known)
  const predictedLoad = map === null ? null : predictLoad(asked, map, defaultLimits, sayHowFar)
  const proposal = { ...asked, predictedLoad }
  const assessment = assessEnforceability(
    proposal,
    defaultLimits,
    { map, areas },
    {
      isComparing: true,
      measureLoad:
        map === null || !values.measure ? null : (one) => predictLoad(one, map, defaultLimits),
    },
  )
  const day = new Date().toISOString().slice(0, 10)
  const advice = { label: values.label, proposal, assessment, map, policeTime, day }
  await writeWhole(values.out, async (folder, stopped) => {
    for (const edition of editions) {
      const page = writeAdvice({ ...advice, limitsVersion: defaultLimits.version }, edition)
      const file = path.join(folder, `advice-${edition}`)
      await writeFile(`${file}.html`, page)
      if (values.pdf)
        sayIfLong(`advice-${edition}.pdf`, await printPdf(`${file}.html`, `${file}.pdf`, stopped))
    }
    const stored = {
      mapId: map?.id ?? null,
      limitsVersion: defaultLimits.version,
      policeTime,
      ...assessment,
    }
    await writeFile(
      path.join(folder, 'assessment-court.json'),
      `${JSON.stringify(stored, null, 2)}\n`,
    )
  })
  sayWhatWasFound(advice, values.out)
  return 0
}

type Found = Pick<Advice, 'assessment' | 'proposal' | 'map' | 'policeTime'>

function sayWhatWasFound({ assessment, proposal, map, policeTime }: Found, out: string): void {
  process.stdout.write(
    [
      assessment.verdict,
      ...assessment.bans.map(
        (ban, index) =>
          `area ${index + 1}, ${ban.areaSquareKilometers} km²: ${ban.verdict}${listRed(ban)}`,
      ),
      ...assessment.checks
        .filter(({ result }) => result === 'red')
        .map(({ code, sentence }) => `${code} red: ${sentence}`),
      ...assessment.missing.map(({ pointer, detail }) => `to send back: ${detail} (${pointer})`),
      ...adviseOnPlaces(proposal, map).map(({ pointer, detail }) => `${pointer}: ${detail}`),
      ...(policeTime === null || policeTime.isUsed ? [] : [offer(policeTime)]),
      `The advice is in ${path.join(out, 'advice-court.html')}; for the file of the defence: advice-file.html.`,
      '',
    ].join('\n'),
  )
}

function listRed({ checks }: Assessed['bans'][number]): string {
  const red = checks.filter(({ result }) => result === 'red').map(({ code }) => code)
  return red.length === 0 ? '' : `, red: ${red.join(', ')}`
}

type Assessed = Advice['assessment']

type PlaceOptions = { readonly [name in 'map' | 'areas' | 'police-times']?: string | undefined }

async function readPlaces({ map, areas, 'police-times': policeTimes }: PlaceOptions) {
  return {
    map: map === undefined ? null : await readMap(map),
    areas: areas === undefined ? null : await readNamedAreas(areas),
    policeTimes: policeTimes === undefined ? null : await readPoliceTimes(policeTimes),
  }
}

function sayIfLong(file: string, sheetCount: number): void {
  if (sheetCount > 2)
    process.stderr.write(`${file} takes ${sheetCount} pages: it says too much for two.\n`)
}

function offer({ municipality, municipalityCode, year, seconds, source }: UsedPoliceTime): string {
  const chosen = JSON.stringify({ policeTimeSource: { municipalityCode, year } })
  return `Police in ${municipality} were there within ${seconds} s at 85 of 100 urgent calls in ${year} (${source}). It is not used; --facts with ${chosen} takes it.`
}

function sayHowFar(percent: number): void {
  process.stderr.write(`weeks of an ordinary life: ${Math.round(percent)} %\n`)
}

function isMapFault(error: unknown): error is MapFault {
  return error instanceof MapFault
}

await runCommand(main, isMapFault)
