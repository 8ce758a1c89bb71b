import { alertTraits } from '../core/model/alert-kinds/alert-kinds.ts'
import { findDetourFact } from '../core/model/alert-kinds/ban-sentences.ts'
import { formatMeters, formatPercentInDutch } from '../core/model/alert-kinds/sentence.ts'
import type { DisbeliefReason } from '../core/model/fix.ts'
import type { Obstacle } from './explain.ts'
import type { ReportedAlert, ReportedFix } from './report.ts'
import type { Facts, Words } from './words.ts'
import { formatSeconds, nameReason } from './words.ts'

export const dutch: Words = {
  heading: (alert) =>
    `Melding ${alert.id}: ${alert.kind}, ${alert.priority}, ${statuses[alert.status]}.`,
  desk: (alert) =>
    alert.late
      ? `${describe(alert)} Pas later bekend geworden: waar de betrokkenen nu zijn volgt er niet uit.`
      : describe(alert),
  times: (occurredAt, learnedAt, raisedAt) =>
    `Gebeurd om ${occurredAt}; bekend om ${learnedAt}; bij de meldkamer om ${raisedAt}.`,
  fixesHeading: 'De melding berust op deze metingen:',
  noFixes: 'De melding berust niet op een positie.',
  notAsSealed:
    'Het bewijs klopt niet met zijn zegel: iemand heeft het veranderd, of de sleutel ervan. De metingen zijn weggelaten.',
  fix: describeFix,
  path: describePath,
  factsHeading: 'De getallen van de regel:',
  versions: (order, limits, algorithm) =>
    `Beoordeeld volgens ${order === null ? 'geen maatregel' : `versie ${order} van de maatregel en de verboden daarin`}, grenswaarden ${limits}, algoritme ${algorithm}.`,
  unsupported: 'Metingen die later binnenkwamen bevestigen de melding niet.',
  outcome(report) {
    if (report.outcome === 'same') return 'Opnieuw berekend uit het journaal komt er hetzelfde uit.'
    if (report.outcome === 'not-possible') return 'De melding kan niet opnieuw worden berekend:'
    return report.isRaisedAgain === false
      ? 'Opnieuw berekend uit het journaal komt er iets ANDERS uit: er ontstaat geen melding.'
      : 'Opnieuw berekend uit het journaal komt er iets ANDERS uit:'
  },
  difference: (field, stored, recomputed) => `${field}: bewaard ${stored}, berekend ${recomputed}`,
  obstacle: describeObstacle,
  read: (read) =>
    `Gelezen: ${read.journalRows} rijen van het journaal (${read.firstJournalId ?? '–'} tot en met ${read.lastJournalId ?? '–'}): ` +
    `${read.registryChanges} wijzigingen van het register, ${read.fixes} metingen en ${read.deviceEvents} apparaatmeldingen ` +
    `(mensen: ${read.people}, zaken: ${read.cases}).`,
  assumptions: {
    'no-restart': 'Aangenomen: dat herstarten van de beoordelaar onderweg niets heeft veranderd.',
    'clock-as-recorded':
      'Aangenomen: dat de klok is gelezen toen rijen binnenkwamen en toen iets werd gezegd dat alleen de klok kon zeggen; andere lezingen zijn niet vastgelegd.',
    'clock-at-deadlines':
      'Aangenomen: dat de klok bij elke termijn is gelezen; wanneer dat echt is gebeurd, is niet vastgelegd.',
    'rejudged-from-journal':
      'Een tijdvak is opnieuw beoordeeld waar de vastlegging dat zegt, uit het journaal in plaats van de historie.',
    'cut-journal-was-enough':
      'Het begin van het journaal is verwijderd; wat er nog is, was genoeg.',
    'revisions-from-record':
      'Prioriteit of tijdstip is na het ontstaan gewijzigd; die wijzigingen komen uit de vastlegging.',
  },
}

const statuses = { open: 'open', acknowledged: 'in behandeling', closed: 'gesloten' } as const

const reasons: Readonly<Record<DisbeliefReason, string>> = {
  'accuracy-too-poor': 'te onnauwkeurig',
  'null-island': 'geen positie',
  teleport: 'zo snel beweegt niemand',
  'future-clock': 'de klok loopt voor',
  'contradicts-same-moment': 'in tegenspraak met een andere op hetzelfde moment',
  'stale-repeat': 'een positie van eerder, opnieuw gegeven',
  frozen: 'één positie terwijl het apparaat zegt te bewegen',
  'coordinates-swapped': 'lengte en breedte verwisseld',
  'coordinates-sign-flipped': 'het teken van een coördinaat omgekeerd',
  'week-rollover': 'een klok die 1.024 weken achterloopt',
  'jamming-suspected': 'de ontvangst wordt mogelijk gestoord',
  'satellites-lost': 'geen satellieten meer, en toch even nauwkeurig',
  unreachable: 'vanaf de laatste goede positie nog niet te bereiken',
  'no-position': 'de ontvanger zegt dat die geen positie heeft',
}

/** The person of the order and the one it protects, as the desk names them. */
const supervised = 'de persoon onder toezicht'
const protectedOne = 'de beschermde persoon'

function describe(alert: ReportedAlert): string {
  const { facts, fixes } = alert.evidence
  const settledBy = fixes.at(-1)?.role ?? null
  return alertTraits[alert.kind].sentence.dutch({ ...alert, settledBy, facts })
}

function describeFix(
  fix: ReportedFix,
  times: { readonly recordedAt: string; readonly receivedAt: string },
): string {
  const belief = fix.isBelieved
    ? 'geloofd'
    : `niet geloofd: ${fix.disbelief.map((reason) => nameReason(reasons, reason)).join(', ')}`
  const chance = fix.probability === null ? '' : `, kans ${formatPercentInDutch(fix.probability)}`
  return (
    `${fix.role === 'victim' ? protectedOne : supervised}, gemeten ${times.recordedAt}, ontvangen ${times.receivedAt}, ` +
    `nauwkeurigheid ${formatMeters(fix.accuracyMeters)}${chance}; ${belief}.`
  )
}

function describePath(facts: Facts): string | null {
  if (facts['episodeKind'] === 'location-ban-passage') {
    const round = detours[findDetourFact(facts) ?? 'unknown'] ?? 'of die is gegaan, is niet bekend.'
    return (
      `Tussen de twee waarnemingen, ${formatSeconds(facts['gapMs'])} uit elkaar, loopt de rechte weg ` +
      `${formatMeters(facts['lengthInsideMeters'])} door het gebied, tot ${formatMeters(facts['depthMeters'])} diep; ` +
      (facts['isEndInside'] === true ? 'een van de twee ligt erin.' : round)
    )
  }
  if (facts['episodeKind'] === 'proximity-passage') {
    return `Tussen hun waarnemingen komen de rechte wegen van de twee tot op ${formatMeters(facts['closestMeters'])} van elkaar.`
  }
  return null
}

const detours: Readonly<Record<string, string>> = {
  possible: 'eromheen gaan was mogelijk.',
  'no-time': 'er was geen tijd om eromheen te gaan.',
  'no-way': 'daarbuiten loopt geen weg van de ene naar de andere.',
}

function describeObstacle(obstacle: Obstacle): string {
  switch (obstacle.type) {
    case 'alert-unknown':
      return '  Geen melding heeft dit nummer.'
    case 'other-limits':
      return `  De melding is beoordeeld met grenswaarden ${obstacle.stored}; dit programma heeft ${obstacle.ours}. Gebruik de versie van toen.`
    case 'other-algorithm':
      return `  De melding is beoordeeld met algoritme ${obstacle.stored}; dit programma heeft ${obstacle.ours}. Gebruik de versie van toen.`
    case 'set-aside':
      return `  De melding ontstond omdat een deel van journaalrij ${obstacle.journalId} niet kon worden beoordeeld: er is niets te berekenen.`
    case 'not-of-journal':
      return '  De melding ontstond omdat de bewaking zelf achterliep: er is niets te berekenen.'
    case 'row-unreadable':
      return `  Journaalrij ${obstacle.journalId} is niet te lezen: het is niet meer wat er is geschreven.`
    case 'rows-missing':
      return `  In het journaal ontbreken rijen die de historie noemt: ${obstacle.journalIds.join(', ')}.`
    case 'journal-pruned':
      return `  Metingen en apparaatmeldingen tot en met journaalrij ${obstacle.upToId} zijn verwijderd na hun bewaartermijn.`
    case 'registration-missing':
      return `  Het journaal bevat de registratie van ${things[obstacle.what]} ${obstacle.id} niet.`
  }
}

const things = {
  protectionOrder: 'de maatregel',
  offender: 'de persoon onder toezicht',
  victim: 'de beschermde persoon',
  device: 'het apparaat',
} as const
