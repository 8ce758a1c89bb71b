import { formatInstant } from '../../schemas/common.ts'
import { incidentListSchema } from '../../schemas/incident.ts'
import { lastAlertEventSequence } from '../../store/alerts/alert-events.ts'
import type { AlertRow } from '../../store/alerts/alerts.ts'
import { listIncidents } from '../../store/alerts/incidents.ts'
import { findPairStandings, nobodysStanding } from '../../store/alerts/pair-standing.ts'
import { listLooks, type Look } from '../../store/desk/desk-looks.ts'
import { listShelved, type Shelved } from '../../store/desk/shelvings.ts'
import { alertBodyFor } from '../answers/alert-answer.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** What is open, as a desk sees it: one line per stretch of trouble. */
export function registerIncidentRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/incidents',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'listIncidents',
      tags: ['Alerts'],
      summary: 'List what is open, by incident',
      description:
        'Every alert that nobody has closed, together with the others of its stretch of trouble, and what people know it by. ' +
        `At most ${alertCountMax} alerts, the most urgent first. Open the stream of events before reading it, and nothing falls between the two.`,
      response: { 200: incidentListSchema },
    },
    handler: async (request) => {
      // Read before the list: an event that both hold is told twice, one that neither holds never.
      const sequence = await lastAlertEventSequence(request.db)
      const { incidents, isComplete } = await listIncidents(request.db, alertCountMax)
      const shelved = await listShelved(request.db, deps.clock.nowMs())
      const ids = incidents.flatMap(({ alerts }) => alerts.map(({ id }) => id))
      const standings = await findPairStandings(deps.machinery, ids)
      const { id, role } = request.apiClient
      const looks = await listLooks(request.db, id)
      const viewer = { id, role, place: 'list' } as const
      return {
        items: incidents.map(({ alerts, units, ...names }) => ({
          incidentId: alerts[0]?.incidentId ?? '',
          ...names,
          units: [...units],
          shelved: shelvedAmong(alerts, shelved),
          looked: lookOf(looks.get(alerts[0]?.incidentId ?? '')),
          alerts: alerts.map((alert) =>
            alertBodyFor(alert, standings.get(alert.id) ?? nobodysStanding, viewer),
          ),
        })),
        sequence,
        isComplete,
      }
    },
  })
}

/** A desk that has more than this open has no list but a flood; the count tells it so. */
const alertCountMax = 5_000

function lookOf(look: Look | undefined) {
  return look === undefined ? null : { toldAt: formatInstant(look.toldAtMs), rank: look.rank }
}

function shelvedAmong(alerts: readonly AlertRow[], shelved: readonly Shelved[]) {
  const ids = new Set(alerts.map(({ id }) => id))
  return shelved
    .filter(({ alertId }) => ids.has(alertId))
    .map(({ alertId, untilMs, byName }) => ({ alertId, until: formatInstant(untilMs), byName }))
}
