import type pg from 'pg'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { askAboutKnownMoves } from '../../store/cases/known-moves.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'

/** An order is asked about the moves that are known of its people, each on record. */
export async function askKnownMoves(
  tx: pg.PoolClient,
  request: Calling,
  order: ProtectionOrder,
  now: Parameters<typeof askAboutKnownMoves>[2],
): Promise<readonly string[]> {
  const asked = await askAboutKnownMoves(tx, order, now)
  for (const { personId, questionCount, relocationId } of asked) {
    const about = { protectionOrderId: order.id, personIds: [personId], subjectId: relocationId }
    const detail = { questionCount }
    await recordAct(tx, actOf(request, now.nowMs, { kind: 'alteration', ...about, detail }))
  }
  return asked.map(({ relocationId }) => relocationId)
}
