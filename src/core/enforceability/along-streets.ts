import type { Limits } from '../model/limits.ts'
import type { Ground } from './ground.ts'
import { holdsProtected } from './hold-protected.ts'
import { judgeProposal } from './judge-parts.ts'
import type { JudgedProposal } from './judge-proposal.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { outlineByStreets, type StreetObstacle } from './street-outline.ts'
import type { BanUse } from './warning-time.ts'

/**
 * The street blocks of the first of these bans that has an outline along streets which may be
 * offered, makes no other check red and protects no less. Where those would lie in it, it is
 * without the blocks of the offender's own addresses, if it is known where the protected people
 * are. No outline is drawn of a ban that points to a secret address.
 */
export function proposeAlongStreets(
  bans: readonly EnforceabilityProposal[],
  isOffered: (proposal: EnforceabilityProposal) => boolean,
  ground: Ground,
  limits: Limits,
): { readonly found: readonly AlongStreets[]; readonly obstacle: StreetObstacle | null } {
  let obstacle: StreetObstacle | null = null
  for (const proposal of bans) {
    if (proposal.ban.kind === 'proximity') continue
    const found = drawStreets(proposal, isOffered, ground, limits)
    if (typeof found !== 'string') return { found: [found], obstacle: null }
    obstacle ??= found
  }
  return { found: [], obstacle }
}

function drawStreets(
  proposal: EnforceabilityProposal,
  isOffered: (proposal: EnforceabilityProposal) => boolean,
  ground: Ground,
  limits: Limits,
): AlongStreets | StreetObstacle {
  if (ground.map === null) return 'no-map'
  const asked = judgeProposal(proposal, limits, ground)
  const red = listRed(asked)
  if (red.includes('E9')) return 'points-to-secret-address'
  let obstacle: StreetObstacle | null = null
  const offenders = proposal.offenderFixedAddresses ?? []
  // Somebody may live in the block that is left out.
  const isKnownWhere = (proposal.victimAddresses ?? []).length > 0
  for (const leftOut of offenders.length > 0 && isKnownWhere ? [[], offenders] : [[]]) {
    const drawn = outlineByStreets(ground.map, proposal.ban, leftOut, limits)
    if (typeof drawn === 'string') {
      obstacle = drawn
      continue
    }
    const ban = { kind: 'polygon', geometry: drawn.geometry } as const
    const candidate = { ...proposal, ban }
    const judged = judgeProposal(candidate, limits, ground)
    const made = listRed(judged)
    const isTelling = made.includes('E9')
    // What an address of the offender in it makes red may be mended by leaving its block out.
    const isMended = leftOut.length === 0 && made.includes('E5')
    const isHeld = holdsProtected(proposal, ban, limits) && isOffered(candidate)
    const isLess = !isHeld || canDoLess(judged, asked)
    if (!isTelling && !isMended && !isLess && made.every((code) => red.includes(code))) {
      return { proposal: candidate, names: drawn.streets }
    }
    obstacle = isTelling ? 'points-to-secret-address' : isLess ? 'protects-less' : 'no-better'
  }
  return obstacle ?? 'no-better'
}

/** In any way of travelling. */
function canDoLess(one: JudgedProposal, other: JudgedProposal): boolean {
  return one.perTravelMode.some(({ canDo }, index) => {
    const before = other.perTravelMode[index]
    return before !== undefined && usesByWorth.indexOf(canDo) < usesByWorth.indexOf(before.canDo)
  })
}

const usesByWorth: readonly BanUse[] = ['evidence-only', 'not-known', 'warn-victim', 'intercept']

function listRed({ checks }: JudgedProposal): string[] {
  return checks.filter(({ result }) => result === 'red').map(({ code }) => code)
}

type AlongStreets = {
  readonly proposal: EnforceabilityProposal
  /** Of the streets along its border. */
  readonly names: readonly string[]
}
