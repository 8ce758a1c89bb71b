import type { Assessment } from '../register/rows.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, language } from '../words/words.ts'
import { titleOf } from './title-of.ts'
import { assessWords } from './assess-words.ts'

/** Each area of a question about several by itself, in the order they were pasted. */
export function Parts({ bans }: { readonly bans: NonNullable<Assessment['bans']> }) {
  if (bans.length === 0) return null
  const text = assessWords()
  const { verdicts } = registerWords()
  const modes = bans[0]?.perTravelMode ?? []
  const unkept = bans.flatMap(({ verdict }, index) =>
    verdict === 'NOT_ENFORCEABLE' ? [index + 1] : [],
  )
  return (
    <>
      <h3 id="parts-title">{text.parts}</h3>
      <p class="hint">{text.partsHint}</p>
      {unkept.length === 0 ? null : (
        <p>
          <strong>{fill(text.partsUnkept, { numbers: unkept.join(', ') })}</strong>
        </p>
      )}
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="parts-title">
        <table aria-labelledby="parts-title">
          <thead>
            <tr>
              <th scope="col">{text.ban}</th>
              <th scope="col">{text.closed}</th>
              <th scope="col">{text.verdict}</th>
              {modes.map(({ mode }) => (
                <th key={mode} scope="col">
                  {text.modes[mode]}
                </th>
              ))}
              <th scope="col">{text.groups.red}</th>
              <th scope="col">{text.protectedInside}</th>
              <th scope="col">{text.inside}</th>
            </tr>
          </thead>
          <tbody>
            {bans.map((ban, index) => (
              <tr key={index}>
                <th scope="row">{fill(text.part, { number: index + 1 })}</th>
                <td>{ban.areaSquareKilometers.toLocaleString(language.value)} km²</td>
                <td>
                  <strong>{verdicts[ban.verdict]}</strong>
                </td>
                {ban.perTravelMode.map(({ mode, canDo }) => (
                  <td key={mode}>{text.uses[canDo]}</td>
                ))}
                <td>{redOf(ban.checks)}</td>
                <td>{ban.protectedAddressCount}</td>
                <td>{ban.offenderAddressCount}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function redOf(checks: Assessment['checks']): string {
  const red = checks.filter(({ result }) => result === 'red')
  return red.map(({ code }) => `${code} ${titleOf(code)}`).join('; ') || '–'
}
