import { Said } from '../net/said.tsx'
import { tellingTopics } from '../../../core/model/tell-victim.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill, wordOf } from '../words/words.ts'
import { useBody } from './listing.tsx'
import type { Person, VictimFile } from './rows.ts'
import { ConsentForm, SightingForm, TellingForm, WishesForm } from './victim-forms.tsx'
import { victimWords } from './victim-words.ts'

/** The file of one protected person, by the address of the register. */
export function VictimPage({ id }: { readonly id: string }) {
  const person = useBody<Person>(`/v1/persons/${id}`).body
  return (
    <>
      <p>
        <a href="#/register/persons">← {registerWords().persons}</a>
      </p>
      <h3>{person?.reference ?? '…'}</h3>
      <VictimFileOf id={id} alertId={null} />
    </>
  )
}

/** Each reading is on record. Opened from an alert, what is told is told about that alert. */
export function VictimFileOf({ id, alertId }: VictimFileProps) {
  const { body, fault, readAgain } = useBody<VictimFile>(`/v1/persons/${id}/victim-file`)
  const text = victimWords()
  if (fault !== null) {
    return (
      <p class="fault" role="alert">
        <Said text={fill(registerWords().notRead, { detail: fault })} />
      </p>
    )
  }
  if (body === null) return <p role="status">{registerWords().reading}</p>
  return (
    <section class="victim-file" aria-label={text.title}>
      <p class="withheld">{text.readNote}</p>
      <SightingForm id={id} />
      <h4>{text.consent}</h4>
      <Consent file={body} />
      <ConsentForm id={id} onDone={readAgain} />
      <h4>{text.wishes}</h4>
      <Wishes file={body} />
      <WishesForm file={body} onDone={readAgain} />
      <h4>{text.tellings}</h4>
      <Tellings file={body} />
      <TellingForm id={id} alertId={alertId} onDone={readAgain} />
    </section>
  )
}

type VictimFileProps = { readonly id: string; readonly alertId: string | null }
type Shown = { readonly file: VictimFile }

function Consent({ file }: Shown) {
  const text = victimWords()
  const { consent, carriesDevice, isConsentMissing } = file
  const said =
    consent === null
      ? text.consentNever
      : fill(consent.isGiven ? text.consentGiven : text.consentTaken, { time: clock(consent.at) })
  return isConsentMissing ? (
    <p class="fault">
      <strong>{text.consentMissing}</strong> · {said}
    </p>
  ) : (
    <p>
      {carriesDevice ? text.carries : text.carriesNone} · {said}
    </p>
  )
}

function Wishes({ file: { wishes } }: Shown) {
  const text = victimWords()
  if (wishes === null) return <p>{text.noWishes}</p>
  const { channel, hours, topics, language, at } = wishes
  const about = tellingTopics.filter((topic) => topics.includes(topic))
  return (
    <p>
      <strong>{text.channels[channel]}</strong> ·{' '}
      {hours === null ? text.anyHour : fill(text.hours, hours)} ·{' '}
      {about.map((topic) => text.topics[topic]).join(', ') || text.aboutNothing} ·{' '}
      {fill(text.languageOf, { code: language })} · {clock(at)}
    </p>
  )
}

function Tellings({ file: { tellings, toldInVainCount } }: Shown) {
  const text = victimWords()
  if (tellings.length === 0) return <p>{text.nothingTold}</p>
  return (
    <>
      {toldInVainCount === 0 ? null : (
        <p class="fault">{fill(text.toldInVain, { n: toldInVainCount })}</p>
      )}
      <ul class="tellings">
        {tellings.map((telling) => (
          <li key={telling.id}>
            {clock(telling.toldAt)} · <strong>{text.topics[telling.topic]}</strong> ·{' '}
            {text.channels[telling.channel]} · {text.outcomes[telling.outcome]}
            {isKeptLater(telling) ? ` · ${fill(text.keptAt, { time: clock(telling.at) })}` : ''}
            {telling.ground === 'rule' ? ` · ${text.byRule}` : ''}
            {telling.wasFalse === true ? <strong class="fault"> · {text.inVain}</strong> : null}
            {telling.outsideWishes.length === 0
              ? ''
              : telling.outsideWishes.includes('not-asked')
                ? ` · ${text.outsideOf['not-asked']}`
                : ` · ${fill(text.outside, { what: outsideOf(telling.outsideWishes) })}`}
            {telling.reason === null ? null : (
              <>
                {' '}
                <q>{telling.reason}</q>
              </>
            )}
            <br />
            <q>{telling.text}</q>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Shown where the minute is another one. */
function isKeptLater({ at, toldAt }: VictimFile['tellings'][number]): boolean {
  return Date.parse(at) - Date.parse(toldAt) >= 60_000
}

function outsideOf(codes: readonly string[]): string {
  return codes.map((code) => wordOf(victimWords().outsideOf, code)).join(', ')
}

function clock(instant: string): string {
  return formatClock(Date.parse(instant), nowMs.peek())
}
