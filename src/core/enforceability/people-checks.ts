import type { Limits } from '../model/limits.ts'
import { adviseOnTerms, orderTypes } from '../model/order-terms.ts'
import { dayMs } from '../model/units.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { judged, unknown } from './check-result.ts'
import type { MissingText, OrderText } from './order-text.ts'
import type { EnforceabilityProposal } from './proposal.ts'

export function checkConsent({ ban, victimConsents }: EnforceabilityProposal): EnforceabilityCheck {
  const base = { code: 'E1', value: victimConsents, threshold: true, unit: null } as const
  if (victimConsents === null) {
    return unknown(
      base,
      'source',
      'Whether the victim wants this and agrees to carry a device is not known.',
      'Of het slachtoffer dit wil en een apparaat wil dragen, is niet bekend.',
    )
  }
  if (victimConsents) {
    return judged(
      base,
      'green',
      'source',
      'The victim wants this and agrees to carry a device, and may withdraw.',
      'Het slachtoffer wil dit en wil een apparaat dragen, en mag daarvan terugkomen.',
    )
  }
  return ban.kind === 'proximity'
    ? judged(
        base,
        'red',
        'source',
        'Without the consent of the victim there is no device to keep a distance from: only a fixed area is left.',
        'Zonder toestemming van het slachtoffer is er geen apparaat om afstand tot te houden: alleen een vast gebied blijft over.',
      )
    : judged(
        base,
        'green',
        'source',
        'The victim carries no device; a fixed area does not need one.',
        'Het slachtoffer draagt geen apparaat; een vast gebied heeft dat niet nodig.',
      )
}

export function checkResponseChain(proposal: EnforceabilityProposal): EnforceabilityCheck {
  const { hasDeskAroundTheClock, isPoliceUnitNamed } = proposal
  const base = { code: 'E11', threshold: true, unit: null } as const
  if (hasDeskAroundTheClock === false || isPoliceUnitNamed === false) {
    const missing =
      hasDeskAroundTheClock === false ? 'a desk around the clock' : 'a named police unit'
    const missingNl =
      hasDeskAroundTheClock === false
        ? 'een meldkamer die altijd bezet is'
        : 'een politie-eenheid die is genoemd'
    return judged(
      { ...base, value: false },
      'red',
      'source',
      `The response chain lacks ${missing}.`,
      `In de opvolging ontbreekt ${missingNl}.`,
    )
  }
  if (hasDeskAroundTheClock === null || isPoliceUnitNamed === null) {
    return unknown(
      { ...base, value: null },
      'source',
      'Who answers an alert, day and night, is not known.',
      'Wie dag en nacht op een melding reageert, is niet bekend.',
    )
  }
  return judged(
    { ...base, value: true },
    'green',
    'source',
    'A desk around the clock and a police unit are named.',
    'Een meldkamer die altijd bezet is en een politie-eenheid zijn genoemd.',
  )
}

export function checkOffenderCanComply(proposal: EnforceabilityProposal): EnforceabilityCheck {
  const { hasFixedAddress, canCharge } = proposal
  const base = { code: 'E13', threshold: true, unit: null } as const
  if (hasFixedAddress === false) {
    return judged(
      { ...base, value: false },
      'red',
      'source',
      'Without a fixed address the monitor will not be charged; it cannot be the only safeguard.',
      'Zonder vast adres wordt de enkelband niet opgeladen; die kan dan niet de enige waarborg zijn.',
    )
  }
  if (canCharge === false && hasFixedAddress === true) {
    return judged(
      { ...base, value: false },
      'amber',
      'source',
      'The offender cannot charge the monitor every day.',
      'De enkelband kan niet elke dag worden opgeladen.',
    )
  }
  if (hasFixedAddress === null || canCharge === null) {
    return unknown(
      { ...base, value: null },
      'source',
      'Whether the offender can charge the monitor every day is not known.',
      'Of de enkelband elke dag kan worden opgeladen, is niet bekend.',
    )
  }
  return judged(
    { ...base, value: true },
    'green',
    'source',
    'The offender has a fixed address and can charge every day.',
    'Er is een vast adres en de enkelband kan elke dag worden opgeladen.',
  )
}

/** Can a machine act on the text? `missing` is what it does not say. */
export function checkText(
  text: OrderText,
  missing: readonly MissingText[],
  limits: Limits,
): EnforceabilityCheck {
  const term = checkTerm(text, limits)
  if (missing.length === 0 && term !== null) return term
  // By name, so that whoever reads it knows what to send back.
  const list = (told: (one: MissingText) => string) => missing.map(told).join('; ')
  const lacks = `The text does not say yet: ${list(({ detail }) => detail)}.`
  const lacksNl = `De tekst zegt nog niet: ${list(({ detailNl }) => detailNl)}.`
  if (term?.result === 'red') {
    const { sentence, sentenceNl } = term
    return { ...term, sentence: `${sentence} ${lacks}`, sentenceNl: `${sentenceNl} ${lacksNl}` }
  }
  const base = { code: 'E14', value: null, threshold: null, unit: 'days' } as const
  return text.isMonitoringNamed === false
    ? judged(base, 'red', 'judgement', lacks, lacksNl)
    : unknown(base, 'judgement', lacks, lacksNl)
}

/** Null: there is no telling without both ends and what it rests on. */
function checkTerm(
  { legalBasis, validFromMs, validUntilMs }: OrderText,
  limits: Limits,
): EnforceabilityCheck | null {
  if (legalBasis === null || validFromMs === null || validUntilMs === null) return null
  const base = { code: 'E14', unit: 'days' } as const
  const days = Math.round(((validUntilMs - validFromMs) / dayMs) * 10) / 10
  if (!(validUntilMs > validFromMs)) {
    return judged(
      { ...base, value: days, threshold: 0 },
      'red',
      'judgement',
      'The order ends before it begins.',
      'De maatregel eindigt voor het begin.',
    )
  }
  const [advice] = adviseOnTerms(
    { validFromMs, validUntilMs, proximityBans: [] },
    { type: orderTypes[legalBasis], extensionCount: 0 },
    limits,
  )
  const shown = { ...base, value: days, threshold: advice?.thresholdDays ?? null }
  if (advice === undefined) {
    return judged(
      shown,
      'green',
      'judgement',
      'The text says all that a machine needs, and its term is within that of its basis.',
      'De tekst zegt alles wat een machine nodig heeft, en de termijn past bij de rechtsgrond.',
    )
  }
  const result = advice.code === 'longer-than-maximum' ? 'red' : 'amber'
  return judged(shown, result, 'source', advice.sentence, advice.sentenceNl)
}

export function checkSash({ sashCompleted }: EnforceabilityProposal): EnforceabilityCheck {
  const base = { code: 'E16', value: sashCompleted, threshold: true, unit: null } as const
  if (sashCompleted === null) {
    return unknown(
      base,
      'source',
      'Whether the stalking screening (SASH) was filled in is not known.',
      'Of de screening op stalking (SASH) is ingevuld, is niet bekend.',
    )
  }
  return sashCompleted
    ? judged(
        base,
        'green',
        'source',
        'The stalking screening (SASH) was filled in. At high risk monitoring is one layer, never the only one.',
        'De screening op stalking (SASH) is ingevuld. Bij hoog risico is toezicht één laag, nooit de enige.',
      )
    : judged(
        base,
        'amber',
        'source',
        'The stalking screening (SASH) was not filled in.',
        'De screening op stalking (SASH) is niet ingevuld.',
      )
}

export function checkPairings(
  { victimCount }: EnforceabilityProposal,
  { victimsPerOffenderAdvisedMax }: Limits,
): EnforceabilityCheck {
  const base = {
    code: 'E17',
    value: victimCount,
    threshold: victimsPerOffenderAdvisedMax,
    unit: 'victims',
  } as const
  if (victimCount === null)
    return unknown(
      base,
      'source',
      'How many people are protected is not known.',
      'Hoeveel mensen worden beschermd, is niet bekend.',
    )
  return victimCount <= victimsPerOffenderAdvisedMax
    ? judged(
        base,
        'green',
        'source',
        `${victimCount} protected is within what devices in the field support.`,
        `${victimCount} beschermde ${victimCount === 1 ? 'persoon' : 'personen'} is binnen wat apparaten in het veld aankunnen.`,
      )
    : judged(
        base,
        'amber',
        'source',
        `More than ${victimsPerOffenderAdvisedMax} protected is more than devices in the field support.`,
        `Meer dan ${victimsPerOffenderAdvisedMax} beschermde personen is meer dan apparaten in het veld aankunnen.`,
      )
}
