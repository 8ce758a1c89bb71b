import type pg from 'pg'
import type { z } from 'zod'
import {
  isToldByRule,
  neutralTexts,
  outsideWishes,
  tellingDaysMax,
} from '../../core/model/tell-victim.ts'
import { dayMs, minuteMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import { instantMs } from '../../schemas/common.ts'
import type { tellingBodySchema } from '../../schemas/victim.ts'
import { findAlert } from '../../store/alerts/alerts.ts'
import {
  findWishes,
  keepTelling,
  listOrdersProtecting,
  listTellings,
  lockTellings,
  type Telling,
} from '../../store/cases/victims.ts'

/** Keeps what a protected person was told, or finds it where the same was said a moment ago. */
export async function makeTelling(
  tx: pg.PoolClient,
  { nowMs, personId, toldBy }: By,
  said: z.output<typeof tellingBodySchema>,
): Promise<{ readonly telling: Telling; readonly isNew: boolean }> {
  const { alertId = null, phone, reason = null, toldAt, ...body } = said
  const toldAtMs = toldAtOf(toldAt, nowMs)
  await refuseUnfitAlert(tx, personId, { ...body, alertId, toldAtMs })
  const wishes = await findWishes(tx, personId, toldAtMs)
  const outside = outsideWishes(wishes, { ...body, atMs: toldAtMs })
  const isOtherwise = outside.some((way) => way !== 'not-asked')
  if (isOtherwise && reason === null && body.topic !== 'danger') throw noReason(outside)
  const text = textOf(body.topic, wishes?.language ?? 'nl', phone)
  const when = { toldAtMs, atMs: nowMs }
  const telling = { ...body, alertId, text, outsideWishes: outside, reason, ...when, toldBy }
  await lockTellings(tx, personId)
  const known = (await listTellings(tx, personId)).find((one) => isSaidAgain(one, telling))
  if (known !== undefined) return { telling: known, isNew: false }
  const id = await keepTelling(tx, { ...telling, personId })
  return { telling: { ...telling, id, wasFalse: null }, isNew: true }
}

type By = { readonly personId: string; readonly nowMs: number; readonly toldBy: string }

/** Dutch to whoever has said nothing; English to whoever reads another language. */
function textOf(topic: Telling['topic'], language: string, phone: string): string {
  return neutralTexts[topic][language === 'nl' ? 'nl' : 'en'].replace('{phone}', () => phone)
}

function toldAtOf(toldAt: string | undefined, nowMs: number): number {
  const toldAtMs = toldAt === undefined ? nowMs : instantMs(toldAt)
  if (toldAtMs <= nowMs && toldAtMs >= nowMs - tellingDaysMax * dayMs) return toldAtMs
  const detail = `expected a moment of the last ${tellingDaysMax} days, got another`
  throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    { pointer: '/toldAt', code: 'invalid-value', detail },
  ])
}

/** A second click, or an answer that got lost: it would count twice in the year. */
function isSaidAgain(kept: Telling, said: Omit<Telling, 'id' | 'wasFalse'>): boolean {
  const isSame = (['alertId', 'topic', 'channel', 'text', 'outcome', 'reason', 'toldBy'] as const)
    .map((name) => kept[name] === said[name])
    .every(Boolean)
  const isOfNow = said.toldAtMs === said.atMs
  const sinceMs = Math.abs(said.toldAtMs - kept.toldAtMs)
  return isSame && (isOfNow ? sinceMs < minuteMs : sinceMs === 0)
}

function noReason(outside: readonly string[]): RefusedInput {
  const detail = `expected why it is told otherwise than they wish (${outside.join(', ')}), got nothing`
  return new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    { pointer: '/reason', code: 'missing', detail },
  ])
}

async function refuseUnfitAlert(
  tx: pg.PoolClient,
  personId: string,
  told: Pick<Telling, 'alertId' | 'ground' | 'topic' | 'toldAtMs'>,
): Promise<void> {
  if (told.alertId === null) {
    if (told.ground === 'desk' && told.topic !== 'danger') return
    throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
      { pointer: '/alertId', code: 'missing', detail: 'expected the id of an alert, got nothing' },
    ])
  }
  const alert = (await findAlert(tx, told.alertId))?.alert ?? null
  const orders = await listOrdersProtecting(tx, personId)
  const isAbout =
    alert?.victimId === personId || orders.some(({ id }) => id === alert?.protectionOrderId)
  if (alert === null || !isAbout) {
    throw new RefusedInput('conflict', 'This alert is not about an order that protects them.')
  }
  if (told.ground === 'desk' || isToldByRule(alert, told.toldAtMs)) return
  throw new RefusedInput('conflict', 'It is not sure enough to be told by rule: somebody decides.')
}
