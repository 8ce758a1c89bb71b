import type { ComponentChildren } from 'preact'
import { signal } from '@preact/signals'
import { figuresWords } from './figures-words.ts'

const narrow = matchMedia('(max-width: 40rem)')
/** There a plot is pushed along with a finger, or by keys: made to fit, nobody could read it. */
const isNarrow = signal(narrow.matches)
narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches
})

const heightPixels = 180
const widthPixels = 720

/** Columns over time with one line for the goal; the same numbers are in the table below. */
export function Columns({ label, values, goal, ticks }: ColumnsProps) {
  const most = values.reduce((max, one) => Math.max(max, one), goal * 1.2)
  const step = widthPixels / Math.max(values.length, 1)
  const yOf = (value: number): number => heightPixels - (value / most) * (heightPixels - 12)
  return (
    <svg
      class="plot"
      viewBox={`-40 0 ${widthPixels + 48} ${heightPixels + 26}`}
      role="img"
      aria-label={label}
    >
      <line class="axis" x1="0" y1={heightPixels} x2={widthPixels} y2={heightPixels} />
      {values.map((value, place) => (
        <rect
          key={place}
          class={value > goal ? 'column beyond' : 'column'}
          x={place * step + 0.5}
          y={yOf(value)}
          width={Math.max(step - 1, 1)}
          height={heightPixels - yOf(value)}
        />
      ))}
      <line class="goal" x1="0" y1={yOf(goal)} x2={widthPixels} y2={yOf(goal)} />
      <text x="-6" y={yOf(goal) + 5} text-anchor="end">
        {goal}
      </text>
      <text x="-6" y={14} text-anchor="end">
        {Math.round(most)}
      </text>
      {ticks.map(({ place, text }) => (
        <text key={place} x={place * step} y={heightPixels + 20}>
          {text}
        </text>
      ))}
    </svg>
  )
}

export type ColumnsProps = {
  readonly label: string
  readonly values: readonly number[]
  readonly goal: number
  readonly ticks: readonly { readonly place: number; readonly text: string }[]
}

/** One bar a line, with its number in words. */
export function Bars({ label, bars }: BarsProps) {
  const most = bars.reduce((max, { value }) => Math.max(max, value), 0)
  const rowPixels = 26
  return (
    <svg
      class="plot"
      viewBox={`0 0 ${widthPixels} ${Math.max(bars.length, 1) * rowPixels}`}
      role="img"
      aria-label={label}
    >
      {bars.map(({ name, value, text, isBeyond }, place) => (
        <g key={name} transform={`translate(0 ${place * rowPixels})`}>
          <text x="0" y="17">
            {name}
          </text>
          <rect
            class={isBeyond === true ? 'column beyond' : 'column'}
            x="260"
            y="4"
            width={most === 0 ? 0 : (value / most) * 340}
            height={rowPixels - 8}
          />
          <text x={266 + (most === 0 ? 0 : (value / most) * 340)} y="17">
            {text}
          </text>
        </g>
      ))}
    </svg>
  )
}

export type BarsProps = {
  readonly label: string
  readonly bars: readonly {
    readonly name: string
    readonly value: number
    readonly text: string
    readonly isBeyond?: boolean
  }[]
}

/** A plot with its name, and the table that says the same. */
export function Figure({ title, note, plot, children }: FigureProps) {
  return (
    <section class="figure">
      <h2>{title}</h2>
      {note === undefined ? null : <p class="fine">{note}</p>}
      <div
        class="plot-box"
        tabIndex={isNarrow.value ? 0 : undefined}
        role="group"
        aria-label={title}
      >
        {plot}
      </div>
      <details>
        <summary>{figuresWords().table}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={title}>
          <table>{children}</table>
        </div>
      </details>
    </section>
  )
}

export type FigureProps = {
  readonly title: string
  readonly note?: string
  readonly plot: ComponentChildren
  readonly children: ComponentChildren
}
