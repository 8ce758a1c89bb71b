import { alertTraits } from '../../core/model/alert-kinds/alert-kinds.ts'
import { resolveAccuracy } from '../../core/fixes/case-fix.ts'
import type { Limits } from '../../core/model/limits.ts'
import { hourMs } from '../../core/model/units.ts'
import { alertTrackSchema } from '../../schemas/alert-track.ts'
import { formatInstant, idParamsSchema } from '../../schemas/common.ts'
import { findAlert, type AlertRow } from '../../store/alerts/alerts.ts'
import { kindsToHandle } from '../../store/alerts/pair-standing.ts'
import { listTrackFixes, type TrackFix } from '../../store/alerts/track-rows.ts'
import { placedOf, type PlacedRow } from '../../store/keys/sealed-places.ts'
import { mayFollow } from '../answers/alert-disclosure.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { recordReading, standingOf, unknownAlert, viewerOf } from './alerts.ts'

/** The way somebody came: more than an alert rests on, so for who handles it, and on record. */
export function registerAlertTrackRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/alerts/:id/track',
    config: { roles: ['operator', 'supervisor'], callCost: 10 },
    schema: {
      operationId: 'getAlertTrack',
      tags: ['Alerts'],
      summary: 'Read the last hour of the people of an alert',
      description:
        'For the operator who has taken over the open proximity, panic or area alert, and for a supervisor; anybody else is answered no fix. ' +
        'Until now, and of an alert that is closed or late until it was seen last. ' +
        'The protected person is among them only where the alert is open and handling it needs to know where they are. ' +
        'Whose track was read by whom is recorded before it is answered.',
      params: idParamsSchema,
      response: { 200: alertTrackSchema },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const detail = await findAlert(request.db, request.params.id)
      if (detail === null) throw unknownAlert()
      const { alert } = detail
      const { fromMs, untilMs } = stretchOf(alert, deps.clock.nowMs())
      const times = { from: formatInstant(fromMs), until: formatInstant(untilMs) }
      const standing = await standingOf(deps, alert.id)
      const people = mayFollow(standing, viewerOf(request, 'detail')) ? peopleOf(alert) : []
      if (people.length === 0) {
        return {
          alertId: alert.id,
          ...times,
          shown: 'nobody' as const,
          truncated: false,
          unreadableCount: 0,
          fixes: [],
        }
      }
      // Also of who stands at the centre of it: where the offender went tells of them.
      const read = [...people.map(({ personId }) => personId), ...standing.victimIds]
      await recordReading(deps, request, detail, read)
      const isBoth = people.some(({ role }) => role === 'victim')
      return {
        alertId: alert.id,
        ...times,
        shown: isBoth ? ('both' as const) : ('offender' as const),
        ...(await findTrack(deps, people, { fromMs, untilMs })),
      }
    },
  })
}

/** Of tables in which people have no part: what they may see of them was decided before. */
async function findTrack(
  { machinery, limits }: RouteDeps,
  people: readonly Followed[],
  stretch: { readonly fromMs: number; readonly untilMs: number },
) {
  const found = await Promise.all(
    people.map(async ({ role, personId }) => {
      const query = { personId, ...stretch, limit: fixCountMax + 1 }
      return { role, personId, rows: await listTrackFixes(machinery, query) }
    }),
  )
  return {
    truncated: found.some(({ rows }) => rows.length > fixCountMax),
    unreadableCount: found
      .flatMap(({ rows }) => rows.slice(0, fixCountMax))
      .filter(({ gap }) => gap !== null).length,
    fixes: found
      .flatMap(({ rows, ...whose }) =>
        placedOf(rows.slice(0, fixCountMax)).map((fix) => bodyOf(fix, whose, limits)),
      )
      .toSorted((one, other) => (one.recordedAt < other.recordedAt ? -1 : 1)),
  }
}

/** An hour of a monitor that reports every four seconds; a picture of more shows no more. */
const fixCountMax = 1_000

type Followed = { readonly role: 'offender' | 'victim'; readonly personId: string }

/** Whose way it is about. The protected person's only while somebody must get to them. */
function peopleOf(alert: AlertRow): readonly Followed[] {
  const { kind, status, offenderId, victimId } = alert
  const isOpenToVictim =
    status !== 'closed' && kindsToHandle.includes(kind) && alertTraits[kind].isVictimShown
  const people: Followed[] = []
  if (offenderId !== null) people.push({ role: 'offender', personId: offenderId })
  if (victimId !== null && isOpenToVictim) people.push({ role: 'victim', personId: victimId })
  return people
}

/** What is over, or was learned long after, needs nobody's place of now. */
function stretchOf({ status, late, lastSeenAtMs }: AlertRow, nowMs: number) {
  const untilMs = status === 'closed' || late ? lastSeenAtMs : nowMs
  return { fromMs: untilMs - hourMs, untilMs }
}

function bodyOf(fix: PlacedRow<TrackFix>, { role, personId }: Followed, limits: Limits) {
  return {
    role,
    personId,
    deviceId: fix.deviceId,
    recordedAt: formatInstant(fix.recordedAtMs),
    receivedAt: formatInstant(fix.receivedAtMs),
    longitude: fix.longitude,
    latitude: fix.latitude,
    accuracyMeters: resolveAccuracy(fix, limits),
    isBelieved: fix.disbelief.length === 0,
    disbelief: [...fix.disbelief],
  }
}
