import type { Limits } from '../model/limits.ts'
import type { BanArea, ProtectionOrder } from '../model/registry.ts'
import { judgeChecks } from './judge-proposal.ts'
import { nothingKnown } from './proposal.ts'
import type { ProposedBan } from './proposal.ts'
import { tellAtMostNl } from './tell-dutch.ts'

/**
 * What the assessment of each ban of an order answers in red, as far as an order and the plan of
 * its device can say. Drawn areas are measured while they are few and plain enough for whoever
 * waits for the answer; of the others it is said that they were not.
 */
export function adviseOnBans(
  order: ProtectionOrder,
  reportIntervalSeconds: number | null,
  limits: Limits,
): BanAdvice[] {
  // An order does not say when police are there, and what is warned of needs no certainty.
  const policeResponseSeconds = limits.policeResponseSecondsUnknown
  const ofWhom = `Of that, ${policeResponseSeconds} s are what police in the Netherlands aim at for urgent calls; the order does not say how soon they are there.`
  const ofWhomNl = `Daarvan is ${tellAtMostNl(policeResponseSeconds)} waar de politie in Nederland bij spoed naar streeft; de maatregel zegt niet hoe snel die er is.`
  const known = { ...nothingKnown, policeResponseSeconds, reportIntervalSeconds }
  const ask = (ban: ProposedBan, approachMeters: number): BanAdvice['checks'] =>
    // The term of its basis is advised on by itself.
    judgeChecks({ ...known, ban, approachMeters }, limits)
      .checks.filter(({ result }) => result === 'red')
      .map(({ code, sentence, sentenceNl }) => ({
        code,
        sentence: code === 'E3' ? `${sentence} ${ofWhom}` : sentence,
        sentenceNl: code === 'E3' ? `${sentenceNl} ${ofWhomNl}` : sentenceNl,
      }))
  let partsLeft = limits.advisedPartCountMax
  let cornersLeft = limits.advisedCornerCountMax
  const areas = order.locationBans.map(({ area, approachMeters }, index): BanAdvice => {
    const pointer = `/locationBans/${index}`
    const { parts, corners } = countCorners(area)
    if (parts > partsLeft || corners > cornersLeft) return { pointer, checks: [notMeasured] }
    partsLeft -= parts
    cornersLeft -= corners
    return { pointer, checks: ask(proposeArea(area), approachMeters) }
  })
  const pairs = order.proximityBans.map((ban, index): BanAdvice => {
    const { separationMeters } = ban
    const bandMeters = Math.max(0, ban.approachMeters - separationMeters)
    const checks = ask({ kind: 'proximity', separationMeters }, bandMeters)
    // That the separation is below what is advised is said of the terms of the order.
    return {
      pointer: `/proximityBans/${index}`,
      checks: checks.filter(({ code }) => code !== 'E2'),
    }
  })
  return [...areas, ...pairs]
}

/** Of one ban of the order. Never a place. */
export type BanAdvice = {
  readonly pointer: string
  readonly checks: readonly AdvisedCheck[]
}

type AdvisedCheck = {
  readonly code: string
  readonly sentence: string
  readonly sentenceNl: string
}

const notMeasured = {
  code: 'not-assessed',
  sentence:
    'This area was not assessed, because all areas of the order together have too many corners or parts to be measured meanwhile; ask for an enforceability assessment of it.',
  sentenceNl:
    'Dit gebied is niet getoetst: alle gebieden van de maatregel samen hebben te veel hoeken of delen om intussen te meten; vraag er een toetsing voor.',
}

function proposeArea(area: BanArea): ProposedBan {
  if (area.type === 'geometry') return { kind: 'polygon', geometry: area.geometry }
  const { longitude, latitude, radiusMeters } = area
  return { kind: 'circle', longitude, latitude, radiusMeters }
}

function countCorners(area: BanArea): { readonly parts: number; readonly corners: number } {
  if (area.type === 'circle') return { parts: 0, corners: 0 }
  const { geometry } = area
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const corners = polygons.flat().reduce((count, ring) => count + ring.length, 0)
  return { parts: polygons.length, corners }
}
