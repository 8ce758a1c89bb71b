import type { EnforceabilityCheck } from '../core/enforceability/check-result.ts'
import { checkTitles } from '../core/enforceability/check-titles.ts'
import type { CounterProposal } from '../core/enforceability/counter-proposal.ts'
import type { EnforceabilityAssessment } from '../core/enforceability/enforceability.ts'
import type { EnforceabilityProposal } from '../core/enforceability/proposal.ts'
import { tellAtLeastNl, tellAtMostNl } from '../core/enforceability/tell-dutch.ts'
import { travelModesNl } from '../core/enforceability/time-check.ts'
import { maxOf } from '../core/model/lists.ts'
import { defaultLimits } from '../core/model/limits.ts'
import type { JudgedMode } from '../core/enforceability/judge-proposal.ts'
import type { Place } from '../core/roads/points-on-edges.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { escapeHtml } from '../escape-html.ts'
import { writeAlternatives } from './advice-alternatives.ts'
import { type AdviceSources, writeLimits } from './advice-limits.ts'
import { describeAreas, writeParts } from './advice-parts.ts'
import { pageStyles, scrolling } from './advice-styles.ts'
import type { UsedPoliceTime } from './choose-police-time.ts'
import { drawGround, isInPicture } from './draw-ground.ts'
import type { Edition } from './edition.ts'
import { placesAway } from './minutes-away.ts'

/**
 * The advice as one page of HTML that needs nothing else, in Dutch as the court reads it. The
 * edition for the file is the same, whatever the address of the victim is, but for the words of its
 * results.
 */
export function writeAdvice(advice: Advice, edition: Edition): string {
  const { assessment, proposal, label } = advice
  const forWhom =
    edition === 'court'
      ? `Voor rechter en officier van justitie. Vertrouwelijk${proposal.victimAddresses === null ? '.' : ': toont waar het slachtoffer woont.'}`
      : 'Voor het dossier. Deze uitgave laat niet zien waar het slachtoffer woont.'
  return `<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Advies uitvoerbaarheid: ${escapeHtml(label)}</title>${pageStyles}</head>
<body><main>
<p class="voor">${forWhom}</p>
<h1>Is dit locatieverbod uitvoerbaar?</h1>
<p class="zaak">${escapeHtml(label)}: ${describeBan(proposal)}</p>
<p class="oordeel ${assessment.verdict}"><strong>${verdictsNl[assessment.verdict]}</strong> ${describeWhy(advice, edition)}</p>
${drawPage(advice, edition)}
<h2>Wat het verbod kan, per manier van reizen</h2>
${writeModes(advice, edition)}
${edition === 'court' ? writeParts(assessment) : ''}
<h2>Voorstel</h2>
<p>${describeCounter(assessment, edition)}</p>
${edition === 'court' ? writeAlternatives(advice) : ''}
<section class="heel"><h2>Wat is beoordeeld</h2>
${writeChecks(assessment.checks, edition)}</section>
${writeMissing(assessment)}
<h2>Bronnen en grenzen van dit advies</h2>
${writeLimits(advice, edition)}
</main></body></html>
`
}

export type Advice = AdviceSources & {
  readonly label: string
  readonly proposal: EnforceabilityProposal
  readonly assessment: EnforceabilityAssessment
  /** What was published for the place; only where it was chosen it counts. */
  readonly policeTime: UsedPoliceTime | null
}

const verdictsNl = {
  ENFORCEABLE: 'Uitvoerbaar.',
  ENFORCEABLE_WITH_LIMITS: 'Uitvoerbaar met beperkingen.',
  NOT_ENFORCEABLE: 'Niet uitvoerbaar.',
  NOT_KNOWN: 'Nog niet te zeggen: er is te weinig bekend.',
} as const

const resultsNl = {
  green: '● groen',
  amber: '▲ oranje',
  red: '■ rood',
  'not-assessed': '? onbekend',
} as const

const usesNl = {
  intercept: 'ingrijpen: de politie is er op tijd',
  'warn-victim': 'waarschuwen: het slachtoffer is op tijd gewaarschuwd, de politie komt later',
  'evidence-only': 'alleen bewijs: er is niemand op tijd',
  'not-known': 'niet bekend',
} as const

/** What was measured from the door of the victim; its result alone would point to it. */
const measuredFromHer: ReadonlySet<string> = new Set(['E2', 'E3', 'E9', 'E10', 'E19'])

function describeBan({ ban, approachMeters }: EnforceabilityProposal): string {
  const band = `met een waarschuwingszone van ${approachMeters} m`
  switch (ban.kind) {
    case 'circle':
      return `een cirkel met een straal van ${ban.radiusMeters} m, ${band}`
    case 'polygon':
      return `${ban.geometry.type === 'Polygon' ? 'een getekend gebied' : `${ban.geometry.coordinates.length} gebieden`}, ${band}`
    case 'proximity':
      return `een afstand van ${ban.separationMeters} m tot de persoon`
  }
}

function describeWhy({ assessment }: Advice, edition: Edition): string {
  const { checks, bans } = assessment
  const isTold = ({ code }: EnforceabilityCheck) =>
    edition === 'court' || !measuredFromHer.has(code)
  const told = checks.filter(isTold)
  const red = told.filter(({ result }) => result === 'red').map(({ code }) => checkTitles[code]?.nl)
  const unknown = told.filter(({ result }) => result === 'not-assessed').length
  const because =
    red.length === 0 ? 'Geen van deze punten is rood.' : `Rood: ${red.join('; ').toLowerCase()}.`
  const areas = describeAreas(bans, (ban) =>
    edition === 'court'
      ? ban.verdict === 'NOT_ENFORCEABLE'
      : ban.checks.some((check) => check.result === 'red' && isTold(check)),
  )
  return `${because}${areas} ${unknown} van de ${told.length} punten zijn onbekend: die tellen niet als in orde.`
}

function drawPage({ proposal, assessment, map }: Advice, edition: Edition): string {
  const offenders = (proposal.offenderFixedAddresses ?? []).map((place) => ({
    ...place,
    isVictim: false,
  }))
  const victims = (proposal.victimAddresses ?? []).map((place) => ({ ...place, isVictim: true }))
  const ways = assessment.perTravelMode.flatMap(({ byRoad }) =>
    byRoad === null || byRoad.shortestWay.length === 0 ? [] : [byRoad.shortestWay],
  )
  // Who comes fastest is the last: on foot, by bicycle, by car.
  const fastest = assessment.perTravelMode.findLast(({ byRoad }) => byRoad !== null)
  const away = edition === 'court' ? findAway(proposal, map, fastest) : null
  const waysIn = edition === 'court' ? (fastest?.byRoad?.waysIn ?? []) : []
  const marks =
    edition === 'court'
      ? {
          places: [...victims, ...offenders],
          way: ways,
          away: away?.places ?? [],
          waysIn,
          alongStreets: findStreets(assessment),
        }
      : { places: offenders, way: [], away: [], waysIn, alongStreets: null }
  const drawing = drawGround(proposal, map, marks)
  if (drawing === '') return ''
  const band = proposal.ban.kind === 'circle' ? 'dunne lijn' : 'lichte strook'
  const legend = [
    `Dikke rode lijn: het verboden gebied; ${band}: de waarschuwingszone.`,
    ...(victims.length > 0 && edition === 'court'
      ? [`Blauwe stip: beschermd adres${ways.length > 0 ? ', met de snelste weg erheen' : ''}.`]
      : []),
    ...(fastest !== undefined && waysIn.length > 0
      ? [`Rode stip: toegang; gevuld: ${travelModesNl[fastest.mode]} te snel voor de politie.`]
      : []),
    ...(fastest !== undefined && away !== null
      ? [
          `Blauw rondje: ${travelModesNl[fastest.mode]} ${tellAtLeastNl(away.seconds)} op zijn snelst.`,
        ]
      : []),
    ...(offenders.some((place) => isInPicture(proposal, place))
      ? ['Zwart vierkant: adres van verdachte of veroordeelde.']
      : []),
    ...(marks.alongStreets === null ? [] : ['Groen: het voorstel langs straten.']),
  ].join(' ')
  return `<figure>${drawing}<figcaption>${legend}</figcaption></figure>`
}

/** The proposal along streets, where there is one. */
function findStreets({ alternatives }: EnforceabilityAssessment) {
  return alternatives.find(({ kind }) => kind === 'streets')?.geometry ?? null
}

/** As long as a good part of the roads at the border is away, so that it can be drawn around it. */
function findAway(
  { victimAddresses }: EnforceabilityProposal,
  map: StreetMap | null,
  fastest: JudgedMode | undefined,
): { readonly seconds: number; readonly places: readonly Place[] } | null {
  if (map === null || victimAddresses === null || fastest?.byRoad == null) return null
  const { mode, byRoad } = fastest
  const [seconds = 600] = secondsDrawn.filter((one) => one >= byRoad.fastestSeconds)
  const places = placesAway(map, victimAddresses, { mode, seconds })
  return places.length === 0 ? null : { seconds, places }
}

const secondsDrawn = [30, 60, 120, 300, 600] as const

function writeModes({ assessment, proposal, policeTime }: Advice, edition: Edition): string {
  const isCourt = edition === 'court'
  const modes = assessment.perTravelMode
  const needed = tellAtMostNl(maxOf(modes.map(({ neededSeconds }) => neededSeconds)))
  const told = `<p>Nodig, van de grens tot de politie er is: ${needed}${modes.some(({ isNeededAssumed }) => isNeededAssumed) ? ', aangenomen' : ''}.</p>`
  // Counted from the door of the victim: which way of travelling leaves the time would point to it.
  // What is needed, and whether it is assumed, is of the police of the municipality of that door.
  if (!isCourt && proposal.victimAddresses !== null) {
    return '<p>Hoeveel tijd nodig is, hoeveel het verbod geeft en wat het kan, staat in de uitgave voor de rechter.</p>'
  }
  const rows = modes.map((judged) => {
    const { mode, canDo, warningSeconds, byRoad } = judged
    const ofRoad = (tell: (road: NonNullable<typeof byRoad>) => string) =>
      `<td>${byRoad === null ? 'niet bekend' : tell(byRoad)}</td>`
    const times = isCourt
      ? [
          `<td>${tellAtLeastNl(warningSeconds)}</td>`,
          ofRoad(({ usualSeconds }) => tellAtLeastNl(usualSeconds)),
          `<td>${tellDeciding(judged)}</td>`,
          ofRoad(({ enoughCount, crossingCount }) => `${enoughCount} van ${crossingCount}`),
        ].join('')
      : ''
    return `<tr><th scope="row">${travelModesNl[mode]}</th>${times}<td>${usesNl[canDo]}</td></tr>`
  })
  const heads = isCourt
    ? '<th scope="col">recht, gewoon</th><th scope="col">over de weg, gewoon</th><th scope="col">op zijn snelst (dat beslist)</th><th scope="col">toegangen met genoeg tijd</th>'
    : ''
  return `${told}${scrolling('Tijd per manier van reizen')}<table class="tijden"><caption>Tijd van de grens van het verbod tot het slachtoffer</caption><thead><tr><th scope="col">reist</th>${heads}<th scope="col">het verbod kan</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>${tellAssumed(proposal)}${isCourt ? tellPoliceTime(policeTime) : ''}`
}

/** What the verdict rests on: measured, or the latest that somebody can be there. */
function tellDeciding({ isMeasured, decidingSeconds, mostSeconds }: JudgedMode): string {
  return isMeasured ? tellAtLeastNl(decidingSeconds) : `hoogstens ${tellAtLeastNl(mostSeconds)}`
}

/** Not in the file: the municipality may be that of a secret address. */
function tellPoliceTime(policeTime: UsedPoliceTime | null): string {
  if (policeTime === null || !policeTime.isUsed) return ''
  const { municipality, year, seconds, source } = policeTime
  return `<p class="klein">Politie in ${escapeHtml(municipality)} bij 85 van de 100 spoedmeldingen ${tellAtMostNl(seconds)} (${year}). Bron: ${escapeHtml(source)}.</p>`
}

/** Whose figures the needed time is made of where nobody gave them. */
function tellAssumed({ reportIntervalSeconds, policeResponseSeconds }: EnforceabilityProposal) {
  const { detectionSecondsUnknown, policeResponseSecondsUnknown } = defaultLimits
  const assumed = [
    ...(policeResponseSeconds === null
      ? [`politie binnen ${policeResponseSecondsUnknown / 60} minuten, het landelijke streven`]
      : []),
    ...(reportIntervalSeconds === null
      ? [`een positie elke ${detectionSecondsUnknown} seconden`]
      : []),
  ]
  if (assumed.length === 0) return ''
  return `<p class="klein">Aangenomen, omdat het niet is opgegeven: ${assumed.join(' en ')}. Daarop rust geen toezegging.</p>`
}

function describeCounter(
  { counterProposal, counterProposalReasonNl }: EnforceabilityAssessment,
  edition: Edition,
): string {
  const reason = counterProposalReasonNl ?? ''
  if (edition === 'file') {
    // Whether there is one follows from where her address lies, as the check of it does.
    return 'Of een ander verbod van deze soort het beter doet, staat in de uitgave voor de rechter.'
  }
  if (counterProposal === null) {
    return `Geen ander verbod van deze soort wordt voorgesteld. ${escapeHtml(reason)}`
  }
  return `${describeProposed(counterProposal, reason !== '')} ${escapeHtml(reason)}`
}

/** What stays red of it, or is assumed, follows; a drawn area is named by no size alone. */
function describeProposed(
  {
    radiusMeters,
    separationMeters,
    inscribedRadiusMeters,
    approachMeters,
    reportIntervalSeconds,
  }: CounterProposal,
  isMoreSaid: boolean,
): string {
  if (inscribedRadiusMeters !== null) {
    return `Geen ander gebied is getekend. Alleen een groter gebied doet het beter, waarin een cirkel met een straal van ${inscribedRadiusMeters} m past.`
  }
  const area =
    radiusMeters !== null
      ? `een cirkel met een straal van ${radiusMeters} m`
      : `een afstand van ${separationMeters} m tot de persoon`
  const what = isMoreSaid ? 'dat het beter doet' : 'dat de rode punten wegneemt'
  const interval =
    reportIntervalSeconds === null ? '' : `, met een positie elke ${reportIntervalSeconds} seconden`
  return `Het kleinste ${what}: ${area}, met een waarschuwingszone van ${approachMeters} m${interval}.`
}

/** Nothing of it depends on where anybody lives: both editions have it. */
function writeMissing({ missing }: EnforceabilityAssessment): string {
  if (missing.length === 0) return ''
  const items = missing.map(({ detailNl }) => `<li>${escapeHtml(detailNl)}</li>`)
  return `<section class="heel"><h2>Terug te sturen: wat de tekst van de maatregel nog niet zegt</h2>
<ul class="terug">${items.join('')}</ul></section>`
}

function writeChecks(checks: readonly EnforceabilityCheck[], edition: Edition): string {
  const rows = checks.map(({ code, result, sentenceNl, basis }) => {
    const isHidden = edition === 'file' && measuredFromHer.has(code)
    const shown = isHidden ? 'besproken' : resultsNl[result]
    const style = isHidden ? 'not-assessed' : result
    const sentence = isHidden ? 'Staat in de uitgave voor de rechter.' : escapeHtml(sentenceNl)
    // Of what is withheld it follows from where her address lies.
    const source = isHidden ? '' : basis === 'source' ? 'bron' : 'oordeel'
    return `<tr><th scope="row">${code} ${checkTitles[code]?.nl ?? ''}</th><td class="${style}">${shown}</td><td>${sentence}</td><td>${source}</td></tr>`
  })
  return `${scrolling('Alle punten')}<table class="punten"><caption>Elk punt, met waar de grens vandaan komt: een openbare bron, of ons oordeel</caption><thead><tr><th scope="col">punt</th><th scope="col">uitkomst</th><th scope="col">toelichting</th><th scope="col">grens</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}
