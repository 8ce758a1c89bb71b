import type { EnforceabilityAssessment } from '../core/enforceability/enforceability.ts'
import { tellCoarseNl, tellReachNl } from '../core/enforceability/tell-dutch.ts'
import { travelModesNl } from '../core/enforceability/time-check.ts'
import { shortUsesNl, shortVerdictsNl } from './advice-alternatives.ts'
import { verdictsUp } from '../core/enforceability/lessen-by-parts.ts'
import { scrolling } from './advice-styles.ts'

/**
 * Which areas cannot be kept, by what may be told of them: the verdict on one may follow from where
 * the victim lives, a red check that is measured from the area does not.
 */
export function describeAreas(
  bans: EnforceabilityAssessment['bans'],
  isUnkept: (ban: JudgedBan) => boolean,
): string {
  const unkept = bans.flatMap((one, index) => (isUnkept(one) ? [index + 1] : []))
  if (unkept.length === 0) return ''
  if (unkept.length === bans.length) return ' Geen van de gebieden is op zichzelf uitvoerbaar.'
  const named = unkept.slice(0, rowsMax).map((number) => `gebied ${number}`)
  const more = unkept.length > rowsMax ? ` en nog ${unkept.length - rowsMax}` : ''
  return ` Op zichzelf niet uitvoerbaar: ${named.join(', ')}${more}.`
}

/** Of more areas the ones that can do least: an advice has two pages. */
const rowsMax = 10

type JudgedBan = EnforceabilityAssessment['bans'][number]

/**
 * Each area of a question about several by itself, by the number it has on the map. Only for the
 * court: it tells in which of them a protected address lies.
 */
export function writeParts({ bans, verdict }: EnforceabilityAssessment): string {
  const [first] = bans
  if (first === undefined) return ''
  const modes = first.perTravelMode.map(({ mode }) => `<th scope="col">${travelModesNl[mode]}</th>`)
  const shown = [...bans.entries()]
    .toSorted(
      ([, one], [, other]) => verdictsUp.indexOf(one.verdict) - verdictsUp.indexOf(other.verdict),
    )
    .slice(0, rowsMax)
    .toSorted(([one], [other]) => one - other)
  const rows = shown.map(([index, one]) => {
    const red = one.checks.filter(({ result }) => result === 'red').map(({ code }) => code)
    const uses = one.perTravelMode.map(({ canDo }) => `<td>${shortUsesNl[canDo]}</td>`)
    const reach = one.protectedAddressCount === 0 ? 'geen adres erin' : tellReachNl(one.reachMeters)
    return `<tr><th scope="row">gebied ${index + 1}</th><td>${tellCoarseNl(one.areaSquareKilometers)} km²</td><td>${shortVerdictsNl[one.verdict]}</td><td>${red.length === 0 ? 'geen' : red.join(', ')}</td>${uses.join('')}<td>${reach}</td><td>${one.offenderAddressCount}</td></tr>`
  })
  return `${scrolling('Elk gebied op zichzelf')}<table class="naast"><caption>${bans.length > rowsMax ? `De ${rowsMax} van ${bans.length} gebieden die op zichzelf het minst kunnen` : 'Elk gebied op zichzelf'}, met de adressen die erin liggen; het minste van alle: ${shortVerdictsNl[verdict]}</caption><thead><tr><th scope="col">gebied</th><th scope="col">grootte</th><th scope="col">oordeel</th><th scope="col">rood</th>${modes.join('')}<th scope="col">rand tot slachtoffer</th><th scope="col">zijn adressen erin</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}
