import {
  compareWithAssessed,
  type AssessedFinding,
} from '../../core/enforceability/compare-with-assessed.ts'
import { RefusedInput } from '../../errors.ts'
import { enforceabilityBodySchema } from '../../schemas/enforceability.ts'
import type { Advisory, OrderDraft } from '../../schemas/read-order.ts'
import { readProposal } from '../../schemas/read-proposal.ts'
import {
  findAskedQuestion,
  notAssessed,
  type AskedQuestion,
} from '../../store/enforceability/assessments.ts'
import type { Db } from '../../store/pg/pool.ts'

/**
 * The assessment that an order is made with, and in what the order is another one than was
 * assessed, for the act that makes it. Null or absent: none.
 *
 * @throws RefusedInput where the caller may see no such assessment, or it is about somebody else
 */
export async function attachAssessment(
  db: Db,
  assessmentId: string | null | undefined,
  draft: OrderDraft,
  pointer = '/assessmentId',
): Promise<AttachedAssessment> {
  if (assessmentId === null || assessmentId === undefined) return {}
  const asked = await findAskedQuestion(db, assessmentId)
  if (asked === null) throw refuse(pointer, 'expected the id of an assessment that is kept')
  if (asked.offenderId !== null && asked.offenderId !== draft.offenderId) {
    throw refuse(pointer, 'expected an assessment about the offender of this order')
  }
  if (asked.isDeclined) {
    throw refuse(pointer, 'expected an assessment of which nobody said that no order is made')
  }
  return { assessmentId, assessedFindings: compare(draft, asked) }
}

export type AttachedAssessment = {
  readonly assessmentId?: string
  readonly assessedFindings?: readonly AssessedFinding[]
}

function refuse(pointer: string, expected: string): RefusedInput {
  const detail = `${expected}, got another id`
  return new RefusedInput('unknown-reference', null, [
    { pointer, code: 'unknown-reference', detail },
  ])
}

function compare(draft: OrderDraft, { question, verdict }: AskedQuestion): AssessedFinding[] {
  if (verdict === notAssessed) return ['assessed-never']
  const body = enforceabilityBodySchema.safeParse(question)
  const proposal = body.success ? readProposal(body.data).proposal : null
  // Kept by another version of us, or its addresses are erased: then nobody can say.
  if (proposal === null) return ['assessed-unreadable']
  return compareWithAssessed(draft, { proposal, verdict })
}

/** What somebody should look at before they rely on the advice. */
export function adviseOnAssessed({ assessedFindings }: Attached): Advisory[] {
  return assessedFindings.flatMap((code) => {
    const detail = sentences[code]
    return detail === undefined ? [] : [{ pointer: '/assessmentId', code, detail }]
  })
}

type Attached = { readonly assessedFindings: readonly string[] }

const sentences: Readonly<Record<string, string>> = {
  'assessed-other-ban':
    'No ban of this order is the one that was assessed: what the advice says is about another ban.',
  'assessed-other-band':
    'The approach band is another one than was assessed: the advice counts on another warning.',
  'assessed-other-times': 'The ban holds at other times than was assessed.',
  'assessed-more-bans': 'This order has more bans than the one that was assessed.',
  'assessed-other-basis': 'The legal basis is another one than was assessed.',
  'assessed-other-term': 'The term is another one than was assessed.',
  'assessed-not-enforceable':
    'The assessment that this order was made with says that its ban cannot be enforced.',
  'assessed-unreadable':
    'The question of the assessment cannot be read any more, so whether it is about this ban is not known.',
  'assessed-never':
    'Nobody has assessed whether the ban of this order can be enforced: have it assessed.',
} satisfies Record<AssessedFinding, string>
