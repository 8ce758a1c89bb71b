import { useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { giveOwner, type HandOver } from '../net/api.ts'
import { sendAsTyper } from '../state/session.ts'
import { responseWords } from '../protocol/response-words.ts'
import { useColleagues } from '../protocol/use-colleagues.ts'
import { fill } from '../words/words.ts'
import { handOverWords } from './hand-over-words.ts'

/**
 * Gives everything that is nobody's, or somebody's from before, to one colleague at once: after a night there are many, and each
 * by itself is three clicks. A P1 is given by itself, by who has looked at it.
 */
export function OrphansForm({ report, again }: OrphansFormProps) {
  const [ownerId, setOwnerId] = useState('')
  const [said, setSaid] = useState('')
  const choices = useColleagues(report.colleagues, 'with-me')
  const texts = handOverWords()
  const orphans = report.items.filter(
    ({ ownerId: owner, isOwnerFromBefore, priority }) =>
      (owner === null || isOwnerFromBefore) && priority !== 'P1',
  )
  if (orphans.length < 2) return null
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    for (const { key, plan, changedAt } of orphans) {
      const body = { key, ownerId, plan, basedOn: changedAt }
      const outcome = await sendAsTyper(() => giveOwner(body))
      // Somebody has given it to somebody meanwhile: it is no orphan any more.
      const isSecond = outcome.kind === 'refused' && outcome.code === 'conflict'
      if (outcome.kind === 'done' || isSecond) continue
      setSaid(outcome.kind === 'refused' ? outcome.detail : texts.unsent)
      break
    }
    again()
  }
  return (
    <form class="orphans" onSubmit={(event) => void submit(event)}>
      <label>
        {fill(texts.giveAll, { n: orphans.length })}{' '}
        <select value={ownerId} onChange={(event) => setOwnerId(event.currentTarget.value)}>
          <option value="">{texts.nobody}</option>
          {choices.map(({ id, label, isHere }) => (
            <option key={id} value={id}>
              {isHere ? `${label} (${responseWords().here})` : label}
            </option>
          ))}
        </select>
      </label>{' '}
      <button type="submit" disabled={ownerId === ''}>
        {texts.give}
      </button>
      <span role="status">
        {' '}
        <Said text={said} />
      </span>
    </form>
  )
}

type OrphansFormProps = { readonly report: HandOver; readonly again: () => void }
