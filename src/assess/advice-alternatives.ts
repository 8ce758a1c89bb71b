import type { AlternativeKind } from '../core/enforceability/alternatives.ts'
import type { CorridorObstacle } from '../core/enforceability/corridors.ts'
import type { EnforceabilityAssessment } from '../core/enforceability/enforceability.ts'
import type { StreetObstacle } from '../core/enforceability/street-outline.ts'
import { tellCoarseNl, tellReachNl } from '../core/enforceability/tell-dutch.ts'
import { travelModesNl } from '../core/enforceability/time-check.ts'
import { escapeHtml } from '../escape-html.ts'
import type { EnforceabilityProposal } from '../core/enforceability/proposal.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { scrolling } from './advice-styles.ts'
import { drawAlternatives } from './draw-alternatives.ts'

/** Side by side, judged by the same code, with what each takes from either of the two. */
export function writeAlternatives({ assessment, proposal, map }: Compared): string {
  const { alternatives, corridors, streetObstacle } = assessment
  if (alternatives.length < 2) return ''
  const isMeasured = alternatives.some(({ callsPerDay }) => callsPerDay !== null)
  const rows = alternatives.map((one) => {
    const area = one.areaSquareKilometers
    const size = area === null ? `${one.separationMeters} m` : `${tellCoarseNl(area)} km²`
    const red = one.red.length === 0 ? 'geen' : one.red.join(', ')
    const uses = one.perTravelMode.map(({ canDo }) => `<td>${shortUsesNl[canDo]}</td>`)
    const calls = one.callsPerDay === null ? 'niet gemeten' : tellCoarseNl(one.callsPerDay)
    return `<tr><th scope="row">${kindsNl[one.kind]}${nameAreas(one.areaNames)}</th><td>${size}</td><td>${shortVerdictsNl[one.verdict]}</td><td>${red}</td>${uses.join('')}<td>${tellReachNl(one.reachMeters)}</td><td>${one.offenderAddressCount}</td>${isMeasured ? `<td>${calls}</td>` : ''}</tr>`
  })
  const modes = (alternatives[0]?.perTravelMode ?? []).map(
    ({ mode }) => `<th scope="col">${travelModesNl[mode]}</th>`,
  )
  const named = alternatives.map((one) => ({ ...one, name: shortNameOf(one) }))
  const maps = drawAlternatives(proposal, named, map)
  return `${maps === '' ? '' : `<figure>${maps}</figure>`}${scrolling('Andere verboden naast elkaar')}<table class="naast"><caption>Naast elkaar, door dezelfde regels beoordeeld; bestaande grenzen verraden geen adres</caption><thead><tr><th scope="col">verbod</th><th scope="col">grootte</th><th scope="col">oordeel</th><th scope="col">rood</th>${modes.join('')}<th scope="col">rand tot slachtoffer</th><th scope="col">zijn adressen erin</th>${isMeasured ? '<th scope="col">meldingen per dag</th>' : ''}</tr></thead><tbody>${rows.join('')}</tbody></table></div>${tellAreas(alternatives)}${tellCorridors(corridors)}${streetObstacle === null ? '' : `<p class="klein">${streetObstaclesNl[streetObstacle]}</p>`}`
}

type Compared = {
  readonly assessment: EnforceabilityAssessment
  readonly proposal: EnforceabilityProposal
  readonly map: StreetMap | null
}

const kindsNl: Readonly<Record<AlternativeKind, string>> = {
  asked: 'gevraagd',
  resized: 'andere cirkel',
  streets: 'langs straten',
  corridor: 'zonder een strook langs',
  neighbourhoods: 'buurten die het raakt',
  municipality: 'gemeente',
  moving: 'afstand tot de persoon',
}

/** Under a small map; what is left out is named, or counted. */
function shortNameOf({ kind, areaNames }: EnforceabilityAssessment['alternatives'][number]) {
  if (kind !== 'corridor') return kindsNl[kind]
  const [name = '', ...more] = areaNames
  if (more.length > 0) return `zonder ${areaNames.length} stroken`
  return name === '' ? 'zonder een strook' : `${kindsNl[kind]} ${escapeHtml(name)}`
}

export const shortUsesNl = {
  intercept: 'ingrijpen',
  'warn-victim': 'waarschuwen',
  'evidence-only': 'bewijs',
  'not-known': 'onbekend',
} as const

export const shortVerdictsNl = {
  ENFORCEABLE: 'uitvoerbaar',
  ENFORCEABLE_WITH_LIMITS: 'met beperkingen',
  NOT_ENFORCEABLE: 'niet uitvoerbaar',
  NOT_KNOWN: 'nog niet te zeggen',
} as const

const obstaclesNl = {
  'exit-inside': 'is niet uit te zonderen, want er is een afrit in het gebied',
  'station-inside': 'is niet uit te zonderen, want er is een station in het gebied',
  'address-beside': 'is niet uit te zonderen, want een beschermd adres ligt er te dicht bij',
  'not-drawable': 'is niet uit te zonderen, want een gebied zonder die strook is niet te tekenen',
} as const satisfies Record<CorridorObstacle, string>

const streetObstaclesNl = {
  'no-map': 'Zonder kaart is er geen omtrek langs straten.',
  'no-streets-around': 'Een omtrek langs straten is er niet: straten sluiten het gebied niet in.',
  'too-large':
    'Een omtrek langs straten is er niet: de blokken zijn samen meer dan vier keer zo groot.',
  'points-to-secret-address':
    'Een omtrek langs straten is er niet: die zou naar een geheim adres wijzen.',
  'protects-less': 'Een omtrek langs straten is er niet: die zou minder beschermen dan dit verbod.',
  'no-better': 'Een omtrek langs straten is er niet: daarmee wordt een ander punt rood.',
} as const satisfies Record<StreetObstacle, string>

function tellCorridors(corridors: EnforceabilityAssessment['corridors']): string {
  if (corridors.length === 0) return ''
  const told = corridors.map(({ kind, name, obstacle }) => {
    const called = escapeHtml(name === '' ? waysNl[kind] : name)
    return `${called} ${obstacle === null ? 'kan worden uitgezonderd' : obstaclesNl[obstacle]}`
  })
  return `<p class="klein">${told.join('; ')}. Wie over een uitgezonderde weg rijdt, komt wel door de waarschuwingszone.</p>`
}

const waysNl = { motorway: 'de snelweg', rail: 'het spoor' } as const

function nameAreas(names: readonly string[]): string {
  const [first = '', ...more] = names
  return more.length > 0 ? `, ${names.length}` : first === '' ? '' : `: ${escapeHtml(first)}`
}

/** By name, for whoever writes them into a judgment. */
function tellAreas(alternatives: EnforceabilityAssessment['alternatives']): string {
  const told = alternatives
    .filter(({ areaNames }) => areaNames.length > 1)
    .map(({ kind, areaNames }) => {
      const most = kind === 'streets' ? streetsShownMax : namesShownMax
      const left = areaNames.length - most
      const shown = areaNames.slice(0, most).map(escapeHtml).join(', ')
      return `${kindsNl[kind].replace(/^./, (first) => first.toUpperCase())}: ${shown}${left > 0 ? ` en nog ${left}` : ''}.`
    })
  return told.length === 0 ? '' : `<p class="klein">${told.join(' ')}</p>`
}

const namesShownMax = 12
/** Enough to find it on the map beside it, which has all of them. */
const streetsShownMax = 4
