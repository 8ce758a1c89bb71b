import { stat } from 'node:fs/promises'
import { parseFileCommand, runCommand, UsageFault } from '../command-line.ts'
import { importExtract } from './import/import-extract.ts'
import { MapFault } from './map-fault.ts'
import { writeMap } from './stored-map.ts'

const usage = `Usage: npm run map:import -- FILE.osm.pbf [--to FILE]

Reads roads, railways, buildings, addresses and daily places of an OpenStreetMap extract (PBF) into a map
that assessments of bans are made on: npm run assess -- --map FILE, and HOEDE_MAP_PATH for the server.
Extracts: https://download.geofabrik.de. The data are of OpenStreetMap contributors, under the ODbL.

  --to FILE  the map to write; data/town.map when left out. An older one is replaced when the new one is whole
`

async function main(): Promise<number> {
  const { file, values } = parseFileCommand(usage, {
    to: { type: 'string', default: 'data/town.map' },
  })
  await refuseAbsent(file)
  const started = performance.now()
  let told = 0
  const { map, missingNodeCount } = await importExtract(file, {
    onProgress: (percent) => {
      if (percent < told + 10) return
      told = Math.floor(percent)
      process.stderr.write(`${told} % read\n`)
    },
  }).catch((error: unknown) => {
    throw isMapFault(error) ? new MapFault(`${file}: ${error.message}`, { cause: error }) : error
  })
  const id = await writeMap(values.to, map)
  const { roads, features, addresses } = map
  const megabytes = process.resourceUsage().maxRSS / 1024
  process.stdout.write(
    [
      `${values.to}, map ${id.slice(0, 12)}`,
      `${roads.edgeFrom.length} pieces of road between ${roads.vertexLongitudesE7.length} junctions`,
      `${features.kinds.length} buildings and other things, ${addresses.streets.length} addresses`,
      describeAge(map.sourceSeconds),
      ...(missingNodeCount > 0
        ? [`${missingNodeCount} nodes of roads are not in the extract`]
        : []),
      `${((performance.now() - started) / 1000).toFixed(1)} s, at most ${Math.round(megabytes)} MB`,
      '',
    ].join('\n'),
  )
  return 0
}

function describeAge(sourceSeconds: number | null): string {
  return sourceSeconds === null
    ? 'The extract does not say how old it is.'
    : `As it was on ${new Date(sourceSeconds * 1000).toISOString().slice(0, 10)}`
}

async function refuseAbsent(file: string): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (found === null) throw new UsageFault(`There is no file ${file}.`)
  if (!found.isFile()) throw new UsageFault(`${file} is not a file.`)
}

function isMapFault(error: unknown): error is MapFault {
  return error instanceof MapFault
}

await runCommand(main, isMapFault)
