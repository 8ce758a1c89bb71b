import { useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import {
  closeShift,
  readHandOver,
  readHandOvers,
  type HandOver,
  type HandOverItem,
  type Outcome,
} from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { nowMs } from '../state/desk.ts'
import { keepText, markSent, textOfDraft } from '../state/drafts.ts'
import { sendAsTyper } from '../state/session.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { handOverWords } from './hand-over-words.ts'
import { ItemRow } from './item-row.tsx'
import { OrphansForm } from './orphans-form.tsx'

const sections = ['stale', 'open', 'shelved', 'weakened', 'degraded', 'ending'] as const

/** What one shift leaves to the next: each line with an owner, or the shift cannot be closed. */
export function HandOverPage() {
  const [place, setPlace] = useState(0)
  const again = (): void => setPlace((before) => before + 1)
  const { body: report, fault } = useReading('now', readHandOver, String(place))
  const { body: earlier } = useReading('all', readHandOvers, String(place))
  const words = handOverWords()
  return (
    <div class="hand-over">
      <h1>{words.title}</h1>
      {fault === null ? null : (
        <p role="alert">
          <Said text={fill(words.notRead, { detail: fault })} />
        </p>
      )}
      {report === null ? null : (
        <>
          <Summary report={report} />
          <OrphansForm report={report} again={again} />
          {sections.map((section) => (
            <Section key={section} section={section} report={report} again={again} />
          ))}
          <CloseShift report={report} again={again} />
        </>
      )}
      {earlier === null || earlier.items.length === 0 ? null : (
        <section class="earlier">
          <h2>{words.earlier}</h2>
          <ul>
            {earlier.items.map((one) => (
              <li key={one.id}>
                {fill(words.closedAt, {
                  time: formatClock(Date.parse(one.at), nowMs.value),
                  name: one.byName ?? '?',
                  n: one.items.length,
                })}
                {one.note === '' ? null : <q>{one.note}</q>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

/** What keeps the shift from being closed; the server counts again. */
export function countFaults(items: readonly HandOverItem[]): {
  readonly orphanCount: number
  readonly beforeCount: number
  readonly planlessCount: number
} {
  return {
    orphanCount: items.filter(({ ownerId }) => ownerId === null).length,
    beforeCount: items.filter(({ isOwnerFromBefore }) => isOwnerFromBefore).length,
    planlessCount: items.filter(
      ({ section, ownerId, plan }) => section === 'stale' && ownerId !== null && plan === null,
    ).length,
  }
}

function Summary({ report }: { readonly report: HandOver }) {
  const words = handOverWords()
  const { orphanCount, beforeCount, planlessCount } = countFaults(report.items)
  const isReady = orphanCount + beforeCount + planlessCount === 0
  return (
    <>
      <p>{fill(words.asOf, { time: formatClock(Date.parse(report.at), nowMs.value) })}</p>
      {report.isComplete ? null : <p class="late">{words.incomplete}</p>}
      <p class={isReady ? 'ready' : 'late'} role="status">
        {isReady
          ? words.ready
          : fill(words.orphans, { n: orphanCount, k: beforeCount, m: planlessCount })}
      </p>
    </>
  )
}

function Section({ section, report, again }: SectionProps) {
  const words = handOverWords()
  const items = report.items.filter((item) => item.section === section)
  const title = words.sections[section]
  return (
    <section>
      <h2>
        {title} ({items.length})
      </h2>
      {items.length === 0 ? (
        <p class="fine">{words.none}</p>
      ) : (
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{words.reference}</th>
              <th scope="col">{words.what}</th>
              <th scope="col">{section === 'ending' ? words.ends : words.since}</th>
              <th scope="col">{words.owner}</th>
              <th scope="col">{words.plan}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <ItemRow key={item.key} item={item} colleagues={report.colleagues} again={again} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

type SectionProps = {
  readonly section: (typeof sections)[number]
  readonly report: HandOver
  readonly again: () => void
}

function CloseShift({ report, again }: { readonly report: HandOver; readonly again: () => void }) {
  const note = textOfDraft(noteDraftKey)
  const [said, setSaid] = useState('')
  const words = handOverWords()
  const { orphanCount, beforeCount, planlessCount } = countFaults(report.items)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const forget = markSent(noteDraftKey)
    const outcome = await sendAsTyper(() => closeShift({ note }))
    setSaid(sentenceOf(outcome))
    if (outcome.kind === 'done') forget()
    again()
  }
  return (
    <form class="close-shift" onSubmit={(event) => void submit(event)}>
      <label>
        {words.note}
        <textarea
          name="shift-note"
          value={note}
          onInput={(event) => keepText(noteDraftKey, event.currentTarget.value)}
        />
      </label>
      <p class="signature" aria-hidden="true">
        {words.signature}
      </p>
      <button type="submit" disabled={orphanCount + beforeCount + planlessCount > 0}>
        {words.close}
      </button>{' '}
      <button type="button" class="quiet" onClick={() => print()}>
        {words.print}
      </button>
      <p role="status">
        <Said text={said} />
      </p>
    </form>
  )
}

/** It outlives a look at an alert of the list. */
const noteDraftKey = 'hand-over note'

/** Empty when it was done: the report is in the list below then. */
export function sentenceOf(outcome: Outcome<unknown>): string {
  const words = handOverWords()
  if (outcome.kind === 'done') return ''
  return outcome.kind === 'refused' ? fill(words.refused, { detail: outcome.detail }) : words.unsent
}
