import type { EnforceabilityAssessment } from '../core/enforceability/enforceability.ts'
import type { EnforceabilityProposal } from '../core/enforceability/proposal.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { dayNl } from './day-in-dutch.ts'
import type { Edition } from './edition.ts'

export type AdviceSources = {
  readonly proposal: Pick<EnforceabilityProposal, 'ban' | 'victimAddresses'>
  readonly assessment: Pick<EnforceabilityAssessment, 'perTravelMode'>
  readonly map: StreetMap | null
  readonly limitsVersion: string
  /** The day it was made, as it is printed. */
  readonly day: string
}

/** Where an advice comes from, and what it does not know. */
export function writeLimits(sources: AdviceSources, edition: Edition): string {
  const { map, limitsVersion, day } = sources
  const age =
    map === null
      ? 'Er is geen kaart geraadpleegd: punten die een kaart vragen, zijn onbekend.'
      : `Wegen, gebouwen en adressen: © OpenStreetMap-bijdragers, ODbL${map.sourceSeconds === null ? ', van onbekende datum' : `, zoals op ${dayNl(map.sourceSeconds * 1000)}`}, kaart ${map.id.slice(0, 12)}.`
  const items = [
    age,
    ...(isOld(map, day) ? [oldMap] : []),
    ...tellMeasure(sources, edition),
    'Een satellietpositie is een kans en geen punt; binnenshuis wijkt die tientallen meters af.',
    'Een verbod beschermt alleen als iemand reageert. Wat onbekend is, telt niet als in orde.',
    `Gemaakt op ${dayNl(Date.parse(day))} met drempels van versie ${limitsVersion}.`,
  ]
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
}

/**
 * How the deciding time came about. Whether the roads to an address are known follows from where it
 * is: the file says where that is told, the same for every address.
 */
function tellMeasure(
  { proposal: { ban, victimAddresses }, assessment }: AdviceSources,
  edition: Edition,
): string[] {
  if (edition === 'file' && victimAddresses !== null)
    return ['Hoe de tijd is gemeten, staat in de uitgave voor de rechter.']
  if (ban.kind === 'proximity') return [straightOn]
  const modes = assessment.perTravelMode
  const isByRoad = modes.some(({ byRoad }) => byRoad !== null)
  const isOpen = modes.some(({ isMeasured }) => !isMeasured)
  return [...(isByRoad ? [byRoads] : []), ...(isOpen ? [notMeasured] : [])]
}

const byRoads =
  'De tijd die beslist, is de kortste die aannemelijk is: te hard rijden, tegen de richting in, het laatste stuk te voet, of met de trein tot een station in het gebied. Wie gewoon reist, doet er langer over.'
const straightOn =
  'De tijd die beslist, is die in een rechte lijn, op het snelst dat aannemelijk is. Wie gewoon reist, doet er langer over.'
const notMeasured =
  'Waar de weg naar het beschermde adres niet bekend is, is geen tijd gemeten: iemand kan er eerder zijn, en is er rennend in een rechte lijn op zijn laatst na de tijd die er als hoogste staat. Daarop rust geen toezegging.'

/** Roads come in a year, and what is not on the map makes somebody slower than they are. */
function isOld(map: StreetMap | null, day: string): boolean {
  if (map === null) return false
  const sourceMs = (map.sourceSeconds ?? 0) * 1_000
  return Date.parse(day) - sourceMs > 366 * 86_400_000
}

const oldMap =
  'De kaart is ouder dan een jaar of van onbekende datum: wegen die er sindsdien bij kwamen, maken iemand sneller dan hier staat.'
