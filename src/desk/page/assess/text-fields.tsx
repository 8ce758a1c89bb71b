import { legalBases, weekdays } from '../../../core/model/registry.ts'
import { Chosen, Group, Typed } from '../form/fields.tsx'
import { registerWords } from '../words/register/words.ts'
import { fill } from '../words/words.ts'
import { assessWords } from './assess-words.ts'
import { changeQuestion } from './draft.ts'
import { Answered } from './known.tsx'
import type { Question } from './question.ts'
import {
  hourKinds,
  withException,
  withHours,
  withStretch,
  type Exception,
  type Hours,
  type Stretch,
  type Times,
} from './times.ts'

/** What the text of the measure says, as far as it is written: what it lacks goes back. */
export function TextFields({ value }: { readonly value: Question }) {
  const text = assessWords()
  const register = registerWords()
  return (
    <fieldset>
      <legend>{text.terms}</legend>
      <Chosen
        at="/legalBasis"
        label={register.basis}
        options={[
          { value: '', text: text.basisUnknown },
          ...legalBases.map((basis) => ({ value: basis, text: register.bases[basis] })),
        ]}
        value={value.legalBasis}
        change={(legalBasis) => changeQuestion({ legalBasis })}
      />
      {(['validFrom', 'validUntil'] as const).map((name) => (
        <Typed
          key={name}
          at={`/${name}`}
          label={register[name === 'validFrom' ? 'from' : 'until']}
          type="datetime-local"
          value={value[name]}
          change={(next) => changeQuestion({ [name]: next })}
        />
      ))}
      <Typed
        at="/supervision/body"
        label={text.supervisor}
        hint={text.supervisorHint}
        value={value.supervisingBody}
        change={(supervisingBody) => changeQuestion({ supervisingBody })}
      />
      <Answered
        at="/supervision/electronicMonitoring"
        label={text.monitoringNamed}
        value={value.monitoringNamed}
        change={(monitoringNamed) => changeQuestion({ monitoringNamed })}
      />
      {value.kind === 'distance' ? null : (
        <TimesFields times={value.times} change={(times) => changeQuestion({ times })} />
      )}
    </fieldset>
  )
}

function TimesFields({ times, change }: TimesFieldsProps) {
  const text = assessWords()
  const { hours, stretches, exceptions } = times
  return (
    <>
      <Chosen
        at="/schedule"
        label={text.hours}
        options={hourKinds.map((kind) => ({ value: kind, text: text.hourKinds[kind] }))}
        value={hours}
        change={(kind) => change(withHours(times, kind as Hours))}
      />
      {hours !== 'certain' ? null : (
        <>
          {stretches.map((stretch, place) => (
            <StretchFields
              key={stretch.key}
              stretch={stretch}
              place={place}
              change={(next) => change({ ...times, stretches: replaced(stretches, next) })}
              remove={() => change({ ...times, stretches: without(stretches, stretch) })}
            />
          ))}
          <Add text={text.addStretch} add={() => change(withStretch(times))} />
        </>
      )}
      {hours === 'unknown' ? null : (
        <>
          {exceptions.map((exception, place) => (
            <ExceptionFields
              key={exception.key}
              exception={exception}
              place={place}
              change={(next) => change({ ...times, exceptions: replaced(exceptions, next) })}
              remove={() => change({ ...times, exceptions: without(exceptions, exception) })}
            />
          ))}
          <p class="hint">{exceptions.length === 0 ? text.noExceptions : null}</p>
          <Add text={text.addException} add={() => change(withException(times))} />
        </>
      )}
    </>
  )
}

type TimesFieldsProps = { readonly times: Times; readonly change: (times: Times) => void }

function StretchFields({ stretch, place, change, remove }: RowProps<'stretch', Stretch>) {
  const register = registerWords()
  const at = `/schedule/weekly/${place}`
  return (
    <Group legend={fill(register.windowNumber, { n: place + 1 })} at={`${at}/days`}>
      {weekdays.map((day) => (
        <label key={day} class="box inline">
          <input
            type="checkbox"
            checked={stretch.days.includes(day)}
            onChange={({ currentTarget: { checked } }) =>
              change({
                ...stretch,
                days: weekdays.filter((one) =>
                  one === day ? checked : stretch.days.includes(one),
                ),
              })
            }
          />{' '}
          {register.weekdays[day]}
        </label>
      ))}
      <Ends at={at} row={stretch} change={change} hint="00:00" />
      <Remove text={fill(register.removeWindow, { n: place + 1 })} remove={remove} />
    </Group>
  )
}

function ExceptionFields({ exception, place, change, remove }: RowProps<'exception', Exception>) {
  const text = assessWords()
  const at = `/schedule/exceptions/${place}`
  return (
    <fieldset>
      <legend>{fill(text.exceptionNumber, { n: place + 1 })}</legend>
      <Ends at={at} row={exception} change={change} type="datetime-local" />
      <Typed
        at={`${at}/reason`}
        label={text.exceptionReason}
        value={exception.reason}
        change={(reason) => change({ ...exception, reason })}
      />
      <Remove text={fill(text.removeException, { n: place + 1 })} remove={remove} />
    </fieldset>
  )
}

type RowProps<Name extends string, Row> = { readonly [name in Name]: Row } & {
  readonly place: number
  readonly change: (row: Row) => void
  readonly remove: () => void
}

function Ends<T extends { readonly from: string; readonly until: string }>(props: EndsProps<T>) {
  const { at, row, change, ...input } = props
  const register = registerWords()
  return (
    <div class="row-of-fields">
      {(['from', 'until'] as const).map((end) => (
        <Typed
          key={end}
          {...input}
          at={`${at}/${end}`}
          label={register[end]}
          value={row[end]}
          change={(value) => change({ ...row, [end]: value })}
        />
      ))}
    </div>
  )
}

type EndsProps<T> = {
  readonly at: string
  readonly row: T
  readonly change: (row: T) => void
  readonly hint?: string
  readonly type?: 'datetime-local'
}

function Add({ text, add }: { readonly text: string; readonly add: () => void }) {
  return (
    <p>
      <button type="button" class="quiet" onClick={add}>
        {text}
      </button>
    </p>
  )
}

function Remove({ text, remove }: { readonly text: string; readonly remove: () => void }) {
  return (
    <button type="button" class="quiet" onClick={remove}>
      {text}
    </button>
  )
}

type Row = { readonly key: number }

function replaced<T extends Row>(rows: readonly T[], next: T): readonly T[] {
  return rows.map((one) => (one.key === next.key ? next : one))
}

function without<T extends Row>(rows: readonly T[], gone: T): readonly T[] {
  return rows.filter((one) => one.key !== gone.key)
}
