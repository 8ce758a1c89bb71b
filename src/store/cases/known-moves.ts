import {
  askAboutKnownMove,
  askAboutMove,
  placeKey,
  type MoveQuestion,
} from '../../core/orders/ask-about-move.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { unlessUnreadable } from '../keys/sealed-orders.ts'
import type { Db } from '../pg/pool.ts'
import { findOrderVersion } from '../registry/order-versions.ts'
import { listHousemates, listLinksOfPerson } from './household-links.ts'
import { listJoinedOrderIds, listOrdersOfCase } from './joined-orders.ts'
import { insertMoveQuestions, listMoveQuestions } from './move-questions.ts'
import {
  copyRelocation,
  insertRelocation,
  listMovesAbout,
  listRunningOrderIds,
  lockMoves,
  type Relocation,
} from './relocations.ts'

/**
 * Asks an order about every move that is known of its people, of who lives with them, and of the
 * people of its case: of one that is new or was changed, about what it was not asked before. Call
 * inside the transaction that made it so. Gives what was asked about which move.
 */
export async function askAboutKnownMoves(
  tx: Db,
  order: ProtectionOrder,
  now: Asking,
): Promise<readonly AskedMove[]> {
  if (order.status === 'ended') return []
  await lockMoves(tx, 'reading')
  const named = [order.offenderId, ...order.proximityBans.map(({ victimId }) => victimId)]
  const { organisationId = null } = now
  const together = (await listOrdersOfCase(tx, await listJoinedOrderIds(tx, order.id))).filter(
    (one) => organisationId === null || one.organisationId === organisationId,
  )
  const orderIds = together.map(({ id }) => id)
  const people = together.flatMap((one) => [one.offenderId, ...one.victimIds])
  const personIds = [...new Set([...named, ...people])]
  const housemates = await listHousemates(tx, personIds, organisationId)
  const about = { personIds: [...personIds, ...housemates], orderIds, organisationId }
  const rows = await listMovesAbout(tx, about)
  const asked: AskedMove[] = []
  const newest = new Map<string, Pick<Relocation, 'movedAtMs' | 'newAddress'>>()
  for (const [key, same] of Map.groupBy(rows, moveKey)) {
    const own = same.find(({ protectionOrderId }) => protectionOrderId === order.id) ?? null
    const row = own ?? same.find(({ newAddress }) => newAddress !== null) ?? same[0]
    if (row === undefined) continue
    // Where somebody lives now is told in no case but those that name them.
    const isTold = own !== null || named.includes(row.personId)
    const copiedFrom = named.includes(row.personId)
      ? null
      : (row.copiedFrom ?? row.protectionOrderId)
    const move = isTold ? { ...row, copiedFrom } : { ...row, copiedFrom, newAddress: null }
    const questions = askAboutKnownMove(order, move, {
      isNewest: isTold && isNewestOf(newest.get(row.personId), row),
      isAsked: own !== null,
      isNew: own === null && (isKeptNow(now, key) || isMetNow(now, order, same)),
      askedPlaces: own === null ? new Set() : await findAskedPlaces(tx, own),
    })
    // Of a move that is planned they live where they did until then.
    if (row.movedAtMs <= now.nowMs && isNewestOf(newest.get(row.personId), row))
      newest.set(row.personId, row)
    if (questions.length === 0) continue
    const { nowMs, isPlanned = false } = now
    const copyFromId = isPlanned ? row.id : null
    asked.push(await ask(tx, { order, move, own, questions, nowMs, copyFromId }))
  }
  return asked
}

type Asking = {
  readonly nowMs: number
  /** Kept a moment ago. */
  readonly newMove?: Move
  /** Orders that came here together: what they were not asked of each other was answered there. */
  readonly arrivedIds?: ReadonlySet<string>
  /** Whose rows alone are looked at, where no policy holds whoever asks. */
  readonly organisationId?: string
  /** The worker asks, at the moment of a planned change. */
  readonly isPlanned?: boolean
}

function isKeptNow({ newMove }: Asking, key: string): boolean {
  return newMove !== undefined && key === moveKey(newMove)
}

/** One of both has come, and the other was here. */
function isMetNow(
  { arrivedIds }: Asking,
  { id }: ProtectionOrder,
  same: readonly Relocation[],
): boolean {
  if (arrivedIds === undefined) return false
  const isMoveNew = same.some(({ protectionOrderId }) => arrivedIds.has(protectionOrderId))
  return isMoveNew !== arrivedIds.has(id)
}

/** What corrects an old address alone leaves where they live now as it was said. */
function isNewestOf(
  newer: Pick<Relocation, 'movedAtMs' | 'newAddress'> | undefined,
  { movedAtMs }: Relocation,
): boolean {
  return newer === undefined || (newer.newAddress === null && newer.movedAtMs === movedAtMs)
}

type Move = Pick<Relocation, 'personId' | 'movedAtMs' | 'oldAddress'>

/** The same move is kept in each order that it means something to; a correction is another. */
function moveKey({ movedAtMs, oldAddress, personId }: Move): string {
  return `${personId} ${movedAtMs} ${JSON.stringify(oldAddress)}`
}

export type AskedMove = {
  readonly personId: string
  readonly relocationId: string
  readonly questionCount: number
}

/** Keeps a move in an order, with all that it makes it to be asked. */
export async function keepMoveIn(
  tx: Db,
  order: ProtectionOrder,
  move: Omit<Relocation, 'id' | 'protectionOrderId'>,
): Promise<AskedMove> {
  const questions = askAboutMove(order, move, await listLinksOfPerson(tx, order.id, move.personId))
  return await ask(tx, {
    order,
    move,
    own: null,
    questions,
    nowMs: move.keptAtMs,
    copyFromId: null,
  })
}

async function ask(
  tx: Db,
  asking: {
    readonly order: ProtectionOrder
    readonly move: Omit<Relocation, 'id' | 'protectionOrderId'>
    readonly own: Relocation | null
    readonly questions: readonly MoveQuestion[]
    readonly nowMs: number
    /** Null: it is kept as a row of its own. */
    readonly copyFromId: string | null
  },
): Promise<AskedMove> {
  const { copyFromId, move, nowMs, order, own, questions } = asking
  const { id: protectionOrderId, version: orderVersion } = order
  const kept = { ...move, protectionOrderId, keptAtMs: nowMs }
  const relocationId =
    own?.id ??
    (copyFromId === null
      ? await insertRelocation(tx, kept)
      : await copyRelocation(tx, copyFromId, kept))
  await insertMoveQuestions(tx, { protectionOrderId, orderVersion, relocationId, nowMs }, questions)
  return { personId: move.personId, relocationId, questionCount: questions.length }
}

async function findAskedPlaces(tx: Db, own: Relocation): Promise<ReadonlySet<string>> {
  const query = { orderId: own.protectionOrderId, relocationId: own.id }
  const all = { isOpenOnly: false, afterId: null, limit: 500 }
  const places = new Set<string>()
  const questions = await listMoveQuestions(tx, { ...query, ...all })
  for (const [version, asked] of Map.groupBy(questions, ({ orderVersion }) => orderVersion)) {
    const order = await findOrderVersion(tx, own.protectionOrderId, version).catch(unlessUnreadable)
    if (order === null) continue
    for (const question of asked) places.add(placeKey(order, question))
  }
  return places
}

/**
 * Orders that run and do not name whoever moved, but are one case with those that do, or name
 * whoever lives with them: the old place may stand there too.
 */
export async function listOrdersAround(
  tx: Db,
  personId: string,
  ownOrderIds: readonly string[],
): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const orderId of ownOrderIds) {
    for (const id of await listJoinedOrderIds(tx, orderId)) found.add(id)
  }
  for (const housemateId of await listHousemates(tx, [personId])) {
    for (const id of await listRunningOrderIds(tx, housemateId)) found.add(id)
  }
  return [...found].filter((id) => !ownOrderIds.includes(id)).toSorted()
}
