import { Typed } from '../form/fields.tsx'
import { numberOf } from '../form/values.ts'
import type { LocationBan } from '../net/api.ts'
import { AreaMap } from '../map/area-map.tsx'
import type { MarkedPlace } from '../map/gl-scene.ts'
import type { Place } from '../map/projection.ts'
import { clickArea, type AreaDraft } from '../register/area.ts'
import { CircleFields, DrawnFields } from '../register/ban-fields.tsx'
import { handlesOf, moveHandle } from '../register/handles.ts'
import { registerWords } from '../words/register/words.ts'
import { AddressFields } from './address-fields.tsx'
import { AreaCodes, pointAtAreas } from './area-codes.tsx'
import { fill } from '../words/words.ts'
import { assessWords } from './assess-words.ts'
import { changeQuestion, placing, putAddress, question } from './draft.ts'
import { Answered } from './known.tsx'
import {
  banKinds,
  factNames,
  travelModes,
  type Address,
  type BanKind,
  type Question,
} from './question.ts'
import { TextFields } from './text-fields.tsx'

/** Everything that may be asked; what is left empty is not known. */
export function QuestionFields({ shown }: { readonly shown: LocationBan }) {
  const text = assessWords()
  const { value } = question
  return (
    <>
      <fieldset>
        <legend>{text.ban}</legend>
        <BanFieldsOf value={value} shown={shown} />
      </fieldset>
      <AddressFields of="victims" />
      <AddressFields of="offenders" />
      <fieldset>
        <legend>{text.monitoring}</legend>
        <Text name="reportIntervalSeconds" label={text.interval} />
        <Text
          name="policeResponseMinutes"
          at="/policeResponseSeconds"
          label={text.police}
          hint={text.policeHint}
        />
        <Travels value={value} />
      </fieldset>
      <Facts value={value} />
      <TextFields value={value} />
    </>
  )
}

type OfQuestion = { readonly value: Question }

function BanFieldsOf({ value, shown }: OfQuestion & { readonly shown: LocationBan }) {
  const text = assessWords()
  const { kind, area } = value
  const isOnMap = kind === 'circle' || kind === 'drawn'
  const placed = placing.value
  const drawn = { ...area, kind: kind === 'drawn' ? ('drawn' as const) : ('circle' as const) }
  return (
    <>
      <p class="choice" role="group" aria-label={registerWords().areaKind}>
        {banKinds.map((one) => (
          <button
            key={one}
            type="button"
            class={one === kind ? '' : 'quiet'}
            aria-pressed={one === kind}
            onClick={() => changeQuestion({ kind: one })}
          >
            {text.kinds[one]}
          </button>
        ))}
      </p>
      {kind === 'circle' ? (
        <CircleFields area={drawn} at="/circle" change={(next) => changeQuestion({ area: next })} />
      ) : kind === 'drawn' ? (
        <DrawnFields
          area={drawn}
          at="/geometry"
          change={(next) => changeQuestion({ area: next })}
        />
      ) : kind === 'codes' ? (
        <AreaCodes />
      ) : (
        <Text name="separationMeters" label={text.separation} />
      )}
      {placed === null ? null : (
        <p role="status">{fill(text.placing, { n: placed.number, whose: text[placed.of] })}</p>
      )}
      <AreaMap
        ban={shown}
        onClick={(clicked) => pointAt(clicked, drawn, kind)}
        handles={isOnMap && placed === null ? handlesOf(drawn) : []}
        onDrag={(id, to) => changeQuestion({ area: moveHandle(drawn, id, to) }, 'hand')}
        places={placesOf(value)}
      />
      <Text name="approachMeters" label={text.approach} hint={text.approachHint} />
    </>
  )
}

/** A click says where the address is that waits for one, or else where the ban is. */
function pointAt(place: Place, area: AreaDraft, kind: BanKind): void {
  if (placing.value !== null) putAddress(placing.value, place)
  else if (kind === 'codes') pointAtAreas(place)
  else if (kind !== 'distance') changeQuestion({ area: clickArea(area, place) }, 'hand')
}

function placesOf({ victims, offenders }: Question): readonly MarkedPlace[] {
  const marked = (of: readonly Address[], role: MarkedPlace['role']): readonly MarkedPlace[] =>
    of.flatMap(({ key, ...address }) => {
      const [longitude, latitude] = [numberOf(address.longitude), numberOf(address.latitude)]
      if (typeof longitude !== 'number' || typeof latitude !== 'number') return []
      return [{ key: `${role} ${key}`, role, longitude, latitude }]
    })
  return [...marked(victims, 'victim'), ...marked(offenders, 'offender')]
}

type TextName = {
  [K in keyof Question]: Question[K] extends string
    ? string extends Question[K]
      ? K
      : never
    : never
}[keyof Question]

/** A line of the question, by its name in it. */
function Text({ name, label, hint, at = `/${name}` }: TextProps) {
  return (
    <Typed
      at={at}
      label={label}
      {...(hint === undefined ? {} : { hint })}
      value={question.value[name]}
      change={(next) => changeQuestion({ [name]: next })}
    />
  )
}

type TextProps = {
  readonly name: TextName
  readonly label: string
  readonly hint?: string
  readonly at?: string
}

function Travels({ value }: OfQuestion) {
  const text = assessWords()
  return (
    <fieldset>
      <legend>{text.travels}</legend>
      {travelModes.map((mode) => (
        <label key={mode} class="box inline">
          <input
            type="checkbox"
            checked={value.travelModes.includes(mode)}
            onChange={(event) => {
              const isOn = event.currentTarget.checked
              changeQuestion({
                travelModes: travelModes.filter((one) =>
                  one === mode ? isOn : value.travelModes.includes(one),
                ),
              })
            }}
          />{' '}
          {text.modes[mode]}
        </label>
      ))}
    </fieldset>
  )
}

function Facts({ value }: OfQuestion) {
  const text = assessWords()
  return (
    <fieldset>
      <legend>{text.known}</legend>
      <p class="hint">{text.knownNote}</p>
      <div class="row-of-fields">
        {factNames.map((fact) => (
          <Answered
            key={fact}
            at={`/${fact}`}
            label={text.facts[fact]}
            value={value.facts[fact]}
            change={(known) => changeQuestion({ facts: { ...value.facts, [fact]: known } })}
          />
        ))}
      </div>
      <Text name="victimCount" label={text.victimCount} />
      <Text
        name="distanceFromSecretAddressMeters"
        label={text.distanceFromSecret}
        hint={text.distanceFromSecretHint}
      />
    </fieldset>
  )
}
