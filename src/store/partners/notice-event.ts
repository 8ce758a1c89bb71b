import { conditionTexts } from '../../core/model/order-conditions.ts'
import type { LocationBan, ProtectionOrder } from '../../core/model/registry.ts'
import { caseChanges, changesSince, isCaseNotice } from '../../core/orders/ban-notice.ts'
import { cloudEventSource, type CloudEvent } from '../alerts/cloud-event.ts'
import type { Db } from '../pg/pool.ts'
import { timeText } from '../pg/time-text.ts'
import { findKindOfOrder } from '../registry/order-types.ts'
import { findOrderVersion } from '../registry/order-versions.ts'
import { findRegisterNames } from '../registry/registry-rows.ts'
import { readCaseOf } from './case-told.ts'
import { findEndReminder } from './end-reminders.ts'
import { readReadingEvent } from './reading-notices.ts'
import type { NoticeSubject, PartnerNotice } from './notices.ts'

/**
 * A ban as a partner needs it: CloudEvents 1.0 in the Dutch government profile, with people by
 * reference. Police get the areas; whoever informs the protected gets none. Never a fixed address.
 * Where the whole is larger than the profile allows it comes without areas, and says where it is.
 */
export async function readNoticeEvent(
  db: Db,
  about: NoticeSubject,
  sizeMax = eventBytesMax,
): Promise<{ readonly event: CloudEvent; readonly personIds: readonly string[] }> {
  const { notice, oin, partner } = about
  if (notice.protectionOrderId === null || notice.orderVersion === null)
    return await readReadingEvent(db, about)
  const order = await versionOf(db, notice.protectionOrderId, notice.orderVersion)
  const before =
    notice.previousVersion === null
      ? null
      : await versionOf(db, notice.protectionOrderId, notice.previousVersion)
  const personIds = [
    order.offenderId,
    ...new Set(order.proximityBans.map(({ victimId }) => victimId)),
  ]
  const names = await findRegisterNames(db, { personIds, deviceIds: [] })
  const data = {
    ...dataOf(about, {
      before,
      order,
      statute: (await findKindOfOrder(db, order.id)).type.statute,
    }),
    ...(partner.kind === 'police' ? bansOf(order, names) : {}),
    ...(partner.kind === 'victim-information' ? protectedOf(order, names) : {}),
    ...(await caseOf(db, about, order.id)),
    ...(await questionOf(db, notice)),
  }
  const event: CloudEvent = {
    specversion: '1.0',
    id: notice.id,
    source: cloudEventSource(oin, 'hoede-orders'),
    type: `nl.hoede.orders.${notice.act}`,
    subject: order.id,
    time: timeText(notice.madeAtMs),
    sequence: String(notice.number).padStart(19, '0'),
    datacontenttype: 'application/json',
    data,
  }
  return { event: withinSize(event, order, sizeMax), personIds }
}

async function versionOf(db: Db, id: string, version: number): Promise<ProtectionOrder> {
  const order = await findOrderVersion(db, id, version)
  if (order === null) throw new Error('a version that a partner is told of is not found')
  return order
}

type Told = {
  readonly order: ProtectionOrder
  readonly before: ProtectionOrder | null
  readonly statute: string
}

function dataOf({ notice, partner }: NoticeSubject, { before, order, statute }: Told) {
  // Whatever else is told of it after its end: nobody is to be held by it.
  const hasLapsed = order.status !== 'ended' && notice.madeAtMs >= order.validUntilMs
  return {
    noticeId: notice.id,
    number: notice.number,
    act: notice.act,
    changes: isCaseNotice(notice.act) ? caseChanges[notice.act] : changesSince(before, order),
    reminderCount: notice.askedCount,
    receiptBy: timeText(notice.receiptDueAtMs),
    order: {
      id: order.id,
      reference: order.reference,
      version: order.version,
      legalBasis: order.legalBasis,
      statute,
      status: hasLapsed ? 'lapsed' : order.status,
      validFrom: timeText(order.validFromMs),
      validUntil: timeText(order.validUntilMs),
    },
    onBreach: partner.onBreachBy[order.legalBasis] ?? partner.onBreach,
  }
}

/** Of whoever decides: what is asked, of an order that they know by its number. */
async function questionOf(db: Db, { reminderId }: PartnerNotice) {
  const asked = reminderId === null ? null : await findEndReminder(db, reminderId)
  if (asked === null) return {}
  const { endsAtMs, ...reminder } = asked
  return { reminder: { ...reminder, endsAt: timeText(endsAtMs) } }
}

/** As of the notice: sent anew, or fetched later, it says the same. */
async function caseOf(db: Db, { notice, partner }: NoticeSubject, orderId: string) {
  if (partner.kind !== 'police' && partner.kind !== 'victim-information') return {}
  return await readCaseOf(db, { orderId, kind: partner.kind, atMs: notice.madeAtMs })
}

type Names = ReadonlyMap<string, string>

function bansOf(order: ProtectionOrder, names: Names) {
  return {
    offenderReference: names.get(order.offenderId) ?? null,
    conditions: (order.conditions ?? []).map((code) => ({ code, text: conditionTexts[code].nl })),
    locationBans: order.locationBans.map(areaOf),
    proximityBans: order.proximityBans.map(({ id, separationMeters, victimId }) => ({
      id,
      victimReference: names.get(victimId) ?? null,
      separationMeters,
    })),
  }
}

function areaOf({ id, label, area, schedule }: LocationBan) {
  const { type: _, ...shape } = area
  return {
    id,
    label,
    geometry: area.type === 'geometry' ? area.geometry : null,
    circle: area.type === 'circle' ? shape : null,
    schedule:
      schedule === null
        ? null
        : {
            timeZone: schedule.timeZone,
            weekly: schedule.weekly,
            // Why somebody may be there for once is nobody else's to know.
            exceptions: schedule.exceptions.map(({ fromMs, untilMs }) => ({
              from: timeText(fromMs),
              until: timeText(untilMs),
            })),
          },
  }
}

/** Whom to tell, and of what; not who it is against, nor where. */
function protectedOf(order: ProtectionOrder, names: Names) {
  return {
    victims: order.proximityBans.map(({ victimId }) => ({
      reference: names.get(victimId) ?? null,
    })),
  }
}

function withinSize(event: CloudEvent, order: ProtectionOrder, sizeMax: number): CloudEvent {
  if (Buffer.byteLength(JSON.stringify(event)) <= sizeMax) return event
  const locationBans = order.locationBans.map(({ id }) => ({ id }))
  return {
    ...event,
    dataref: `/v1/partner-notices/${event.id}`,
    data: { ...event.data, locationBans },
  }
}

/** Of the profile: 64 KB. */
const eventBytesMax = 64 * 1024
