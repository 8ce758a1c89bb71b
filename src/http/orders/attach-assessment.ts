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
    const told = sentences[code]
    return told === undefined ? [] : [{ pointer: '/assessmentId', code, ...told }]
  })
}

type Attached = { readonly assessedFindings: readonly string[] }

const sentences: Readonly<Record<string, Told>> = {
  'assessed-other-ban': {
    detail:
      'No ban of this order is the one that was assessed: what the advice says is about another ban.',
    detailNl:
      'Geen verbod van deze maatregel is het verbod dat is getoetst: het advies gaat over een ander verbod.',
  },
  'assessed-other-band': {
    detail:
      'The approach band is another one than was assessed: the advice counts on another warning.',
    detailNl:
      'De naderingszone is een andere dan is getoetst: het advies rekent met een andere waarschuwing.',
  },
  'assessed-other-times': {
    detail: 'The ban holds at other times than was assessed.',
    detailNl: 'Het verbod geldt op andere tijden dan is getoetst.',
  },
  'assessed-more-bans': {
    detail: 'This order has more bans than the one that was assessed.',
    detailNl: 'Deze maatregel heeft meer verboden dan het ene dat is getoetst.',
  },
  'assessed-other-basis': {
    detail: 'The legal basis is another one than was assessed.',
    detailNl: 'De grondslag is een andere dan is getoetst.',
  },
  'assessed-other-term': {
    detail: 'The term is another one than was assessed.',
    detailNl: 'De looptijd is een andere dan is getoetst.',
  },
  'assessed-not-enforceable': {
    detail: 'The assessment that this order was made with says that its ban cannot be enforced.',
    detailNl:
      'De beoordeling waarmee deze maatregel is gemaakt, zegt dat het verbod niet handhaafbaar is.',
  },
  'assessed-unreadable': {
    detail:
      'The question of the assessment cannot be read any more, so whether it is about this ban is not known.',
    detailNl:
      'De vraag van de beoordeling is niet meer te lezen: of die over dit verbod gaat, is niet bekend.',
  },
  'assessed-never': {
    detail: 'Nobody has assessed whether the ban of this order can be enforced: have it assessed.',
    detailNl:
      'Niemand heeft getoetst of het verbod van deze maatregel handhaafbaar is: laat het toetsen.',
  },
} satisfies Record<AssessedFinding, Told>

type Told = Required<Pick<Advisory, 'detail' | 'detailNl'>>
