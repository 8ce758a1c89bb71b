import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { formWords } from '../form/form-words.ts'
import { useKept } from '../form/use-kept.ts'
import { readProtocol, readProtocolSets, setProtocol, type Protocol } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { me, sendAsTyper } from '../state/session.ts'
import { formatCountdown } from '../words/times.ts'
import { fill, language, words } from '../words/words.ts'
import { outcomeOf, protocolNameOf, responseWords } from './response-words.ts'
import { RuleForm } from './rule-form.tsx'

/** What is done about alerts: read by all, set by supervisors. */
export function ProtocolPage() {
  const [place, setPlace] = useState(0)
  const { body: protocol, fault } = useReading('now', readProtocol, String(place))
  const isSupervisor = me.value?.roles.includes('supervisor') === true
  const texts = responseWords()
  return (
    <div class="protocol">
      <h1>{texts.protocolTitle}</h1>
      {fault === null ? null : (
        <p role="alert">
          <Said text={fill(texts.notRead, { detail: fault })} />
        </p>
      )}
      {protocol === null ? null : (
        <>
          <p>
            {fill(texts.protocol, {
              name: protocolNameOf(protocol.name),
              version: protocol.version,
            })}
          </p>
          {isSupervisor ? (
            <ProtocolForm
              key={protocol.version}
              protocol={protocol}
              again={() => setPlace(place + 1)}
            />
          ) : null}
          {protocol.rules.map((rule, index) => (
            <Rule key={`${protocol.version} ${index}`} rule={rule}>
              {isSupervisor ? (
                <details class="new">
                  <summary>{texts.editRule}</summary>
                  <RuleForm protocol={protocol} place={index} onDone={() => setPlace(place + 1)} />
                </details>
              ) : null}
            </Rule>
          ))}
        </>
      )}
    </div>
  )
}

const phoneNames = ['police', 'secondDesk', 'supervisor'] as const

function ProtocolForm({ protocol, again }: ProtocolFormProps) {
  const { body: sets } = useReading('all', readProtocolSets)
  const kept = useKept(`protocol ${protocol.version}`, () => ({
    setId: '',
    contacts: protocol.contacts,
  }))
  const { setId, contacts } = kept.value
  const [said, setSaid] = useState('')
  const texts = responseWords()
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const chosen = sets?.items.find(({ id }) => id === setId)?.protocol ?? protocol
    const { name, rules } = chosen
    const body = { basedOnVersion: protocol.version, name, rules, contacts }
    const outcome = await sendAsTyper(() => setProtocol(body))
    if (outcome.kind === 'done') kept.forget()
    if (outcome.kind === 'done' && outcome.status === 202) setSaid(formWords().proposed)
    else if (outcome.kind === 'done') again()
    else setSaid(outcome.kind === 'refused' ? outcome.detail : words().signedOutNote)
  }
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <label>
        {texts.protocolSet}
        <select
          value={setId}
          onChange={(event) => kept.set({ setId: event.currentTarget.value, contacts })}
        >
          <option value="">
            {fill(texts.protocolKeep, { name: protocolNameOf(protocol.name) })}
          </option>
          {sets?.items.map(({ id, protocol: { name } }) => (
            <option key={id} value={id}>
              {protocolNameOf(name)}
            </option>
          ))}
        </select>
      </label>
      {phoneNames.map((phone) => (
        <label key={phone}>
          {texts.contacts[phone]}
          <input
            type="tel"
            name={phone}
            value={contacts[phone] ?? ''}
            onInput={(event) => {
              const number = event.currentTarget.value.trim()
              const next = { ...contacts, [phone]: number === '' ? null : number }
              kept.set({ setId, contacts: next })
            }}
          />
        </label>
      ))}
      <p class="fine">{texts.protocolNote}</p>
      <button type="submit">{texts.protocolSave}</button>
      <p role="status">
        <Said text={said} />
      </p>
    </form>
  )
}

type ProtocolFormProps = { readonly protocol: Protocol; readonly again: () => void }

function Rule({ rule, children }: RuleProps) {
  const texts = responseWords()
  const kinds = rule.kinds.map((kind) => words().kinds[kind]).join(', ')
  const about = rule.about === null ? '' : ` (${texts.about[rule.about]})`
  return (
    <section>
      <h2>
        {kinds === '' ? texts.protocolRest : kinds}
        {about}
      </h2>
      <ol>
        {rule.steps.map((step) => (
          <li key={step.key}>
            {step.text[language.value]} <span class="who">({texts.who[step.who]})</span>
            {step.withinSeconds === null
              ? null
              : ` · ${fill(texts.within, { time: formatCountdown(step.withinSeconds * 1_000) })}`}
            {step.unless === null
              ? null
              : ` · ${fill(texts.unless, { outcome: step.unless.outcomes.map(outcomeOf).join(', ') })}`}
            {step.say === null ? null : (
              <>
                <br />
                <q>{step.say[language.value]}</q>
              </>
            )}
          </li>
        ))}
      </ol>
      {children}
    </section>
  )
}

type RuleProps = {
  readonly rule: Protocol['rules'][number]
  readonly children: ComponentChildren
}
