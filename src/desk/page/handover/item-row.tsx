import { useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { giveOwner, type HandOver, type HandOverItem } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { findDraft, keepDraft, markSent } from '../state/drafts.ts'
import { sendAsTyper } from '../state/session.ts'
import { proposalWords } from '../proposals/proposal-words.ts'
import { responseWords } from '../protocol/response-words.ts'
import { useColleagues } from '../protocol/use-colleagues.ts'
import { formatClock } from '../words/times.ts'
import { fill, wordOf, words } from '../words/words.ts'
import { handOverWords } from './hand-over-words.ts'

/** One line of the hand-over; its owner and plan are set in it. */
export function ItemRow({ item, colleagues, again }: ItemRowProps) {
  // What is chosen and typed here and not saved; all else is as the report has it.
  const draftKey = `hand-over ${item.key}`
  const changed = (findDraft(draftKey) ?? {}) as Partial<Line>
  const { ownerId, plan } = { ownerId: item.ownerId ?? '', plan: item.plan ?? '', ...changed }
  const change = (next: Partial<Line>): void => keepDraft(draftKey, { ...changed, ...next })
  const [said, setSaid] = useState('')
  const texts = handOverWords()
  const label = `${fill(texts.edit, { reference: item.reference ?? 'Hoede' })}, ${whatOf(item)}`
  const isFaulty =
    item.ownerId === null ||
    item.isOwnerFromBefore ||
    (item.section === 'stale' && item.plan === null)
  const choices = useColleagues(colleagues, 'with-me')
  const save = async (): Promise<void> => {
    const forget = markSent(draftKey)
    const body = { key: item.key, ownerId, plan: plan === '' ? null : plan }
    const outcome = await sendAsTyper(() => giveOwner({ ...body, basedOn: item.changedAt }))
    if (outcome.kind === 'done') forget()
    // What somebody else made of the line is read; what is typed here stays in it.
    const isSecond = outcome.kind === 'refused' && outcome.code === 'conflict'
    if (outcome.kind === 'done' || isSecond) again()
    const said = outcome.kind === 'refused' ? outcome.detail : texts.unsent
    setSaid(outcome.kind === 'done' ? '' : isSecond ? texts.changedElsewhere : said)
  }
  // An owner who is no colleague here (a machine, another desk) stays to be seen.
  const isElsewhere = item.ownerId !== null && !colleagues.some(({ id }) => id === item.ownerId)
  return (
    <tr class={isFaulty ? 'faulty' : undefined}>
      <td>
        {item.incidentId === null ? (
          (item.reference ?? '–')
        ) : (
          <a href={`#/incidents/${item.incidentId}`}>{item.reference ?? 'Hoede'}</a>
        )}
      </td>
      <td>
        {whatOf(item)}
        {item.isUnanswered ? <strong class="faulty"> {texts.unanswered}</strong> : null}
      </td>
      <td>{item.since === null ? '' : formatClock(Date.parse(item.since), nowMs.value)}</td>
      <td>
        <span class="on-paper">{item.ownerName ?? texts.nobody}</span>
        <select
          aria-label={`${label}: ${texts.owner}`}
          value={ownerId}
          onChange={(event) => change({ ownerId: event.currentTarget.value })}
        >
          <option value="">{texts.nobody}</option>
          {isElsewhere ? <option value={item.ownerId ?? ''}>{item.ownerName ?? '?'}</option> : null}
          {choices.map(({ id, label, isHere }) => (
            <option key={id} value={id}>
              {isHere ? `${label} (${responseWords().here})` : label}
            </option>
          ))}
        </select>
        {item.isOwnerFromBefore ? <p class="fine">{texts.ownerFromBefore}</p> : null}
      </td>
      <td>
        <span class="on-paper">{item.plan ?? ''}</span>
        <input
          aria-label={`${label}: ${texts.plan}`}
          value={plan}
          placeholder={item.section === 'stale' ? texts.planNeeded : ''}
          onInput={(event) => change({ plan: event.currentTarget.value })}
        />{' '}
        <button
          type="button"
          class="quiet"
          aria-label={`${label}: ${texts.save}`}
          disabled={ownerId === ''}
          onClick={() => void save()}
        >
          {texts.save}
        </button>
        <span role="status">
          <Said text={said} />
        </span>
      </td>
    </tr>
  )
}

export type ItemRowProps = {
  readonly item: HandOverItem
  readonly colleagues: HandOver['colleagues']
  readonly again: () => void
}

type Line = { readonly ownerId: string; readonly plan: string }

function whatOf({ act, kind, priority, section }: HandOverItem): string {
  if (act !== null) return wordOf(proposalWords().acts, act)
  if (kind === null) return section === 'ending' ? handOverWords().ending : handOverWords().degraded
  const name = words().kinds[kind]
  return priority === null ? name : `${words().priority[priority]} · ${name}`
}
