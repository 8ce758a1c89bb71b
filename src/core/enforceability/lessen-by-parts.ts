import type { EnforceabilityCheck } from './check-result.ts'
import type { EnforceabilityVerdict, JudgedProposal } from './judge-proposal.ts'
import type { BanUse } from './warning-time.ts'

/** The answer about several areas together, no kinder than that about any of them by itself. */
export function lessen(whole: JudgedProposal, parts: readonly JudgedProposal[]): JudgedProposal {
  if (parts.length === 0) return whole
  return {
    ...whole,
    verdict: least(
      verdictsUp,
      [whole, ...parts].map(({ verdict }) => verdict),
    ),
    checks: whole.checks.map((check) => lessenCheck(check, parts)),
    perTravelMode: whole.perTravelMode.map((mode, index) => {
      const all = [mode, ...parts.flatMap(({ perTravelMode }) => perTravelMode[index] ?? [])]
      return {
        ...mode,
        canDo: least(
          usesUp,
          all.map(({ canDo }) => canDo),
        ),
        verdict: least(
          verdictsUp,
          all.map(({ verdict }) => verdict),
        ),
      }
    }),
  }
}

/** With the area that decides it, by its number. */
function lessenCheck(
  check: EnforceabilityCheck,
  parts: readonly JudgedProposal[],
): EnforceabilityCheck {
  let lessened = check
  for (const [index, { checks }] of parts.entries()) {
    const alone = checks.find(({ code }) => code === check.code)
    if (alone === undefined || !(isLess(alone, lessened) || isOrigin(alone, lessened, check))) {
      continue
    }
    lessened = {
      ...alone,
      sentence: `Area ${index + 1}: ${alone.sentence}`,
      sentenceNl: `Gebied ${index + 1}: ${alone.sentenceNl}`,
    }
  }
  return lessened
}

/** The least area counts; what is not asked of one alone says nothing of all. */
function isLess(alone: EnforceabilityCheck, other: EnforceabilityCheck): boolean {
  if (notAskedAlone.has(alone.code) && alone.result === 'not-assessed') return false
  return resultsUp.indexOf(alone.result) < resultsUp.indexOf(other.result)
}

/** Of all areas together, or of a protected address, of which an area may hold none. */
const notAskedAlone: ReadonlySet<string> = new Set(['E7', 'E8', 'E9', 'E10', 'E15', 'E18'])

/** The area whose number is the one that all together show. */
function isOrigin(
  alone: EnforceabilityCheck,
  lessened: EnforceabilityCheck,
  check: EnforceabilityCheck,
): boolean {
  const { code, result, value } = alone
  const isNamed = lessened !== check || result === 'green' || result === 'not-assessed'
  if (isNamed || !ofSize.has(code) || typeof value !== 'number') return false
  return result === check.result && value === check.value
}

const ofSize: ReadonlySet<string> = new Set(['E2', 'E3', 'E4'])

function least<T>(up: readonly T[], found: readonly T[]): T {
  return found.reduce((one, other) => (up.indexOf(other) < up.indexOf(one) ? other : one))
}

/** From the one that can do least. */
export const verdictsUp: readonly EnforceabilityVerdict[] = [
  'NOT_ENFORCEABLE',
  'NOT_KNOWN',
  'ENFORCEABLE_WITH_LIMITS',
  'ENFORCEABLE',
]
const usesUp: readonly BanUse[] = ['evidence-only', 'not-known', 'warn-victim', 'intercept']
const resultsUp: readonly EnforceabilityCheck['result'][] = [
  'red',
  'not-assessed',
  'amber',
  'green',
]
