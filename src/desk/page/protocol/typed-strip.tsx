import { incidents } from '../state/desk.ts'
import { draftsAboutAlerts } from '../state/drafts.ts'
import { responseWords } from './response-words.ts'

/** What was typed about alerts that are not open any more: nothing else leads back to it. */
export function TypedStrip() {
  const open = new Set([...incidents.value.values()].flatMap(({ alerts }) => alerts.map(idOf)))
  const lost = draftsAboutAlerts().flatMap(({ about }) =>
    about === null || open.has(about.alertId) ? [] : [about],
  )
  const byAlert = new Map(lost.map((about) => [about.alertId, about]))
  if (byAlert.size === 0) return null
  const words = responseWords()
  return (
    <section class="outbox" aria-label={words.typedOfClosed}>
      <strong role="status">{words.typedOfClosed}</strong>
      <ul>
        {[...byAlert.values()].map(({ alertId, reference }) => (
          <li key={alertId}>
            <a href={`#/alerts/${alertId}`}>{reference}</a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function idOf({ id }: { readonly id: string }): string {
  return id
}
