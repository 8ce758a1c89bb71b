import { heldSightingBasis } from '../core/judge/judge-held-sighting.ts'
import type { Obstacle } from './explain.ts'
import type { ReportedAlert, ReportedFix } from './report.ts'
import type { Facts, Words } from './words.ts'
import { formatTimeLeft } from '../core/dossier/approach-facts.ts'
import type { DisbeliefReason } from '../core/model/fix.ts'
import { formatMeters, formatPercent, formatSeconds, nameReason } from './words.ts'

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
}

const tampers: Readonly<Record<string, string>> = {
  'strap-tamper': 'De band is doorgesneden of geopend.',
  'case-tamper': 'De behuizing is geopend.',
  'jamming-suspected': 'Het apparaat vermoedt dat de ontvangst wordt gestoord.',
  'link-lost': 'De delen van het apparaat hebben elkaar verloren.',
}

/** The person of the order and the one it protects, as the desk names them. */
const supervised = 'de persoon onder toezicht'
const protectedOne = 'het slachtoffer'

function describe(alert: ReportedAlert): string {
  const { facts } = alert.evidence
  const chance = alert.probability === null ? 'onbekend' : formatPercent(alert.probability)
  const meters = formatMeters(alert.distanceMeters)
  const wearer = facts['wearerRole'] === 'victim' ? protectedOne : supervised
  const held = describeHeld(alert, meters)
  if (held !== null) return held
  switch (alert.kind) {
    case 'location-ban-breach':
      return `De persoon onder toezicht is in het verboden gebied (kans ${chance}).`
    case 'location-ban-approach':
      return `De persoon onder toezicht is in de buurt van het verboden gebied, ongeveer ${meters} van de grens.${describeApproach(facts)}`
    case 'location-ban-passage':
      return 'De rechte weg tussen twee waarnemingen loopt door het verboden gebied.'
    case 'proximity-breach':
      return facts['episodeKind'] === 'proximity-passage'
        ? `De persoon onder toezicht en het slachtoffer zijn elkaar tussen waarnemingen op ongeveer ${meters} gepasseerd, dichterbij dan is toegestaan.`
        : alert.probability === null
          ? `De persoon onder toezicht en het slachtoffer bewegen samen, ongeveer ${meters} van elkaar, dichterbij dan is toegestaan.`
          : `De persoon onder toezicht en het slachtoffer zijn ongeveer ${meters} van elkaar, dichterbij dan is toegestaan (kans ${chance}).`
    case 'proximity-approach':
      return `De persoon onder toezicht en het slachtoffer naderen elkaar: ongeveer ${meters}.${describeApproach(facts)}`
    case 'panic':
      return `${capitalise(wearer)} heeft de noodknop ingedrukt.`
    case 'device-tamper':
      return tampers[String(facts['eventKind'])] ?? 'Er is met het apparaat geknoeid.'
    case 'device-silent':
      return `Van het apparaat van ${wearer} is ${String(facts['allowedSilenceSeconds'] ?? '?')} s niets gehoord.`
    case 'protection-degraded':
      return 'De afstand tussen de twee kan niet worden beoordeeld: van minstens één is geen bruikbare positie bekend.'
    case 'position-unreliable':
      return facts['code'] === 'poison'
        ? 'Een aanvaarde meting kon niet worden beoordeeld en is apart gezet.'
        : `Het apparaat van ${wearer} zendt, maar geen van de posities werd lang genoeg geloofd.`
    case 'battery-low':
      return `De batterij van het apparaat van ${wearer} is bijna leeg.`
    case 'vendor-silent':
      return `${String(facts['overdueDeviceCount'] ?? '?')} apparaten van één leverancier zwijgen tegelijk.`
    case 'order-without-device':
      return facts['hasAssignedDevice'] === true
        ? 'De maatregel geldt en de enkelband heeft zich nog nooit gemeld.'
        : 'De maatregel geldt en er is geen enkelband: niets ervan wordt bewaakt.'
    case 'order-ending':
      return 'De maatregel loopt af of is afgelopen: beslis over verlengen of beëindigen.'
    case 'detection-behind':
      return `De bewaking zelf was langer dan ${String(facts['detectionBehindSecondsMax'] ?? '?')} s niet bij: tot dat weer zo is, wordt niemand bewaakt.`
  }
}

function describeHeld(alert: ReportedAlert, meters: string): string | null {
  const { facts, fixes } = alert.evidence
  if (facts['basis'] !== heldSightingBasis) return null
  const ago = `${Math.round(Number(facts['sightingGapMs']) / 60_000)} min geleden`
  return fixes.at(-1)?.role === 'victim'
    ? `Het slachtoffer is ongeveer ${meters} van waar de persoon onder toezicht ${ago} het laatst in rust is gezien; sindsdien is de persoon onder toezicht niet opnieuw gezien.`
    : `De persoon onder toezicht is ongeveer ${meters} van waar het slachtoffer ${ago} het laatst in rust is gezien; sindsdien is het slachtoffer niet opnieuw gezien.`
}

function describeApproach(facts: Facts): string {
  const { secondsToBreach, recentApproachCount, coTravel, usualMeters } = facts
  if (typeof usualMeters === 'number') {
    return ' De persoon onder toezicht is daar dag na dag, en komt niet dichterbij dan gewoonlijk.'
  }
  const timeLeft = typeof secondsToBreach === 'number' ? formatTimeLeft(secondsToBreach) : null
  const travel = typeof coTravel === 'string' ? (coTravels[coTravel] ?? '') : ''
  const left =
    timeLeft === null
      ? travel
      : `${travel} In dit tempo wordt het verbod over ongeveer ${timeLeft} overtreden.`
  return typeof recentApproachCount === 'number' && recentApproachCount > 1
    ? `${left} Nadering nummer ${recentApproachCount} binnen een dag.`
    : left
}

const coTravels: Readonly<Record<string, string>> = {
  together: ' Beiden reizen in dezelfde richting, even snel.',
  passing: ' De twee passeren elkaar met hoge snelheid.',
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function describeFix(
  fix: ReportedFix,
  times: { readonly recordedAt: string; readonly receivedAt: string },
): string {
  const belief = fix.isBelieved
    ? 'geloofd'
    : `niet geloofd: ${fix.disbelief.map((reason) => nameReason(reasons, reason)).join(', ')}`
  const chance = fix.probability === null ? '' : `, kans ${formatPercent(fix.probability)}`
  return (
    `${fix.role === 'victim' ? protectedOne : supervised}, gemeten ${times.recordedAt}, ontvangen ${times.receivedAt}, ` +
    `nauwkeurigheid ${formatMeters(fix.accuracyMeters)}${chance}; ${belief}.`
  )
}

function describePath(facts: Facts): string | null {
  if (facts['episodeKind'] === 'location-ban-passage') {
    const isAvoidable = facts['isPathAvoidable'] === true
    const round = isAvoidable
      ? 'eromheen gaan was mogelijk.'
      : 'er was geen tijd om eromheen te gaan.'
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
  victim: 'het slachtoffer',
  device: 'het apparaat',
} as const
