import type { AlertDetail, AlertResponse } from '../net/api.ts'
import { codesIn } from '../proposals/change-text.ts'
import { outcomeOf, responseWords } from '../protocol/response-words.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill, wordOf, words } from '../words/words.ts'

/** Everything that happened to the alert, by people and by itself, newest first. */
export function Diary({ detail, acts }: DiaryProps) {
  const lines = [
    ...detail.history.filter(({ by }) => by === null).map(lineOfEvent),
    ...acts.map(lineOfAct),
  ]
  lines.sort((one, other) => Date.parse(other.doneAt) - Date.parse(one.doneAt))
  return (
    <section class="diary">
      <h3>{words().diary}</h3>
      <ol>
        {lines.map((line, place) => (
          <li key={`${line.at} ${line.text} ${place}`}>
            <time dateTime={line.doneAt}>{clock(line.doneAt)}</time> {line.text}
            {line.doneAt === line.at ? null : (
              <span class="fine"> ({fill(responseWords().sent, { time: clock(line.at) })})</span>
            )}
            {line.note === null ? null : (
              <>
                {' '}
                <q>{line.note}</q>
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

export type DiaryProps = {
  readonly detail: AlertDetail
  readonly acts: AlertResponse['acts']
}

function clock(instant: string): string {
  return formatClock(Date.parse(instant), nowMs.value)
}

type Line = {
  /** When it came; what was kept without a connection was done before. */
  readonly at: string
  readonly doneAt: string
  readonly text: string
  readonly note: string | null
}

/**
 * Of a judgement that was changed it says how, of a step of the ladder whom it called; of a coarse
 * alert neither is told.
 */
function lineOfEvent({ kind, at, note, detail }: AlertDetail['history'][number]): Line {
  const how = kind === 'revised' ? detail?.['kind'] : undefined
  const target = kind === 'escalated' ? detail?.['target'] : undefined
  const what = wordOf(words().history, typeof how === 'string' ? how : kind)
  const whom = typeof target === 'string' ? ` · ${wordOf(responseWords().escalateTo, target)}` : ''
  return { at, doneAt: at, text: `${what}${whom}`, note }
}

function lineOfAct({
  kind,
  at,
  doneAt,
  note,
  byName,
  step,
  outcome,
  target,
}: DiaryProps['acts'][number]): Line {
  const { acts, escalateTo } = responseWords()
  const more = [
    step === null ? null : codesIn(step),
    kind === 'closed' && outcome !== null ? wordOf(words().outcomes, outcome) : outcomeOf(outcome),
    kind === 'escalated' && target !== null ? wordOf(escalateTo, target) : null,
  ].filter((text) => text !== null && text !== '')
  return {
    at,
    doneAt: doneAt ?? at,
    text: `${byName ?? '?'}: ${[acts[kind], ...more].join(' · ')}`,
    note,
  }
}
