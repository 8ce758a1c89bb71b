import { Said } from '../net/said.tsx'
import type { z } from 'zod'
import type { deviceQualitySchema } from '../../../schemas/device-quality.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatAge, formatClock } from '../words/times.ts'
import { fill, wordOf, words } from '../words/words.ts'
import { useBody } from './listing.tsx'
import type { Device } from './rows.ts'

type Quality = z.output<typeof deviceQualitySchema>

/** One device, and how well it was heard in the last week. */
export function OneDevice({ id }: { readonly id: string }) {
  const device = useBody<Device>(`/v1/devices/${id}`)
  const quality = useBody<Quality>(`/v1/devices/${id}/quality`)
  const text = registerWords()
  const fault = device.fault ?? quality.fault
  return (
    <>
      <p>
        <a href="#/register/devices">← {text.devices}</a>
      </p>
      {fault === null ? null : (
        <p role="alert">
          <Said text={fill(text.notRead, { detail: fault })} />
        </p>
      )}
      {device.body === null ? null : (
        <h3>
          {text.deviceKinds[device.body.kind]} {device.body.serialNumber}
        </h3>
      )}
      {quality.body === null ? (
        <p role="status">{fault === null ? text.reading : ''}</p>
      ) : (
        <Figures quality={quality.body} />
      )}
    </>
  )
}

function Figures({ quality }: { readonly quality: Quality }) {
  const text = registerWords().quality
  const time = (at: string): string => formatClock(Date.parse(at), nowMs.peek())
  const share = quality.plannedCount === 0 ? 0 : quality.fixCount / quality.plannedCount
  const meters = (value: number | null): string => (value === null ? '–' : `${Math.round(value)} m`)
  const part = (value: number | null): string =>
    value === null ? '–' : `${Math.round(value * 100)} %`
  const rows: readonly (readonly [string, string])[] = [
    [text.heard, `${quality.fixCount} / ${quality.plannedCount} (${part(share)})`],
    [text.last, quality.lastRecordedAt === null ? '–' : time(quality.lastRecordedAt)],
    [text.gaps, `${quality.gapCount} (${fill(text.longerThan, { s: quality.gapSeconds })})`],
    [text.radius, `${meters(quality.radiusMetersMedian)} / ${meters(quality.radiusMeters95)}`],
    [text.noRadius, String(quality.unknownRadiusCount)],
    [text.late, String(quality.lateCount)],
    [text.battery, `${part(quality.batteryLast)} / ${part(quality.batteryLeast)}`],
  ]
  return (
    <>
      <p class="fine">
        {fill(text.note, { from: time(quality.from), until: time(quality.until) })}
      </p>
      <dl class="quality">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <Gaps gaps={quality.longestGaps} />
      <Counts title={text.doubted} counts={quality.doubted} names={words().disbelief} />
      <Counts title={text.refused} counts={quality.refused} names={registerWords().refusalCodes} />
      <Counts title={text.events} counts={quality.events} names={text.eventKinds} />
    </>
  )
}

function Gaps({ gaps }: { readonly gaps: Quality['longestGaps'] }) {
  const text = registerWords().quality
  if (gaps.length === 0) return null
  const longestMs = lengthOf(gaps[0])
  return (
    <section>
      <h4>{text.longest}</h4>
      <table class="listing" aria-label={text.longest}>
        <tbody>
          {gaps.map((gap) => (
            <tr key={gap.from}>
              <td>
                {formatClock(Date.parse(gap.from), nowMs.peek())} –{' '}
                {formatClock(Date.parse(gap.until), nowMs.peek())}
              </td>
              <td>{formatAge(lengthOf(gap))}</td>
              <td aria-hidden="true">
                <meter max={longestMs} value={lengthOf(gap)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function lengthOf(gap: Quality['longestGaps'][number] | undefined): number {
  return gap === undefined ? 0 : Date.parse(gap.until) - Date.parse(gap.from)
}

function Counts({ title, counts, names }: CountsProps) {
  return (
    <section>
      <h4>{title}</h4>
      {counts.length === 0 ? (
        <p class="fine">{registerWords().quality.none}</p>
      ) : (
        <ul>
          {counts.map(({ name, count }) => (
            <li key={name}>
              {wordOf(names, name)}: {count}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

type CountsProps = {
  readonly title: string
  readonly counts: readonly { readonly name: string; readonly count: number }[]
  readonly names: Readonly<Record<string, string>>
}
