import { listOrdersOfCase } from '../../store/cases/joined-orders.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'

/**
 * Puts on record, before it is answered, that somebody reads what is kept about the cases of these
 * orders: about everybody whom they name. Of a list nobody of whom there is none.
 */
export async function recordReading(
  deps: Pick<RouteDeps, 'clock'>,
  request: Calling,
  orderIds: readonly string[],
): Promise<void> {
  const asked = [...new Set(orderIds)]
  if (asked.length === 0) return
  const orders = await listOrdersOfCase(request.db, asked)
  const people = orders.flatMap(({ offenderId, victimIds }) => [offenderId, ...victimIds])
  const about = {
    personIds: [...new Set(people)],
    protectionOrderId: asked.length === 1 ? (asked[0] ?? null) : null,
  }
  await request.db.transaction((tx) =>
    recordAct(tx, actOf(request, deps.clock.nowMs(), { kind: 'consultation', ...about })),
  )
}
