import { escapeHtml } from '../../src/escape-html.ts'
import type { Curve, CurvePoint } from './sweep-limits.ts'
import type { Half } from './trial.ts'
import { maxOf, minOf } from '../../src/core/model/lists.ts'

/** Recall against false alerts and repeats while one threshold is turned: one line per half. */
export function drawTrade(curve: Curve): string {
  const halves: readonly Half[] = ['tuning', 'held-out']
  const most = maxOf([
    1,
    ...halves.flatMap((half) => curve.points.map((point) => costOf(point, half))),
  ])
  const recalls = halves.flatMap((half) => curve.points.map((point) => point[half].recall ?? 1))
  const least = minOf([0.99, ...recalls])
  const place = (point: CurvePoint, half: Half): readonly [number, number] => [
    left + (costOf(point, half) / most) * (width - left - 20),
    height - bottom - (((point[half].recall ?? 1) - least) / (1 - least)) * (height - bottom - 20),
  ]
  const lines = halves.map((half) => {
    const points = curve.points.map((point) => place(point, half))
    const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
    const marks = curve.points.map((point) => drawMark(point, place(point, half), half, curve))
    return `<polyline class="${half}" points="${path}"/>${marks.join('')}`
  })
  return `<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${curve.name}">
<path class="axis" d="M${left} 15V${height - bottom}H${width - 15}"/>
<text x="4" y="22">100 %</text><text x="4" y="${height - bottom}">${(100 * least).toFixed(1)} %</text>
<text x="${left}" y="${height - 6}">0</text><text x="${width - 15}" y="${height - 6}" text-anchor="end">${most}</text>
${lines.join('\n')}</svg>`
}

export function costOf(point: CurvePoint, half: Half): number {
  return point[half].falseAlerts + point[half].repeats
}

const width = 420
const height = 260
const left = 52
const bottom = 24

function drawMark(
  point: CurvePoint,
  [x, y]: readonly [number, number],
  half: Half,
  { defaultValue }: Curve,
): string {
  const isDefault = point.value === defaultValue
  const label = escapeHtml(
    `${point.value}: ${point[half].falseAlerts} false, ${point[half].repeats} repeats`,
  )
  return `<circle class="${half}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${isDefault ? 6 : 3}"><title>${label}</title></circle><text x="${(x + 6).toFixed(1)}" y="${(y + (half === 'tuning' ? -6 : 14)).toFixed(1)}">${point.value}</text>`
}
