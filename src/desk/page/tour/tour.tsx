import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { address, incidents, openIncident, openIncidentId, tickMs } from '../state/desk.ts'
import { fill } from '../words/words.ts'
import { tourWords } from './tour-words.ts'

/** Which step is shown; null: nobody is on a tour. Not kept: a desk that is opened anew works. */
const at = signal<number | null>(null)

export function startTour(): void {
  at.value = 0
  openIncident(null)
}

type Step = {
  readonly key: keyof ReturnType<typeof tourWords>['steps']
  /** What it is about, outlined while it is told. */
  readonly target: string
  /** Whether whoever is on the tour has done it; null: there is nothing to do but to look. */
  readonly isDone: (() => boolean) | null
}

const steps: readonly Step[] = [
  { key: 'list', target: '.rows', isDone: () => openIncidentId.value !== null },
  { key: 'what', target: '.card .happening', isDone: null },
  {
    key: 'take',
    target: '.card .actions',
    isDone: () => openAlerts().some(({ status }) => status === 'acknowledged'),
  },
  {
    key: 'steps',
    target: '.card .steps',
    isDone: () => document.querySelector('.card .step.done') !== null,
  },
  { key: 'map', target: '.card .map', isDone: null },
  { key: 'diary', target: '.card .diary', isDone: null },
  {
    key: 'close',
    target: '.card [aria-keyshortcuts="c"]',
    isDone: () => openIncidentId.value !== null && openAlerts().length === 0,
  },
  {
    key: 'handOver',
    target: '.places [href="#/hand-over"]',
    isDone: () => address.value.startsWith('/hand-over'),
  },
]

function openAlerts() {
  const incident = incidents.value.get(openIncidentId.value ?? '')
  return incident?.alerts.filter(({ status }) => status !== 'closed') ?? []
}

/**
 * Leads somebody who never saw the desk along one alert. A strip of the page and no cover: the desk
 * works under it as always, and nothing goes on by itself.
 */
export function Tour() {
  const place = at.value
  const step = place === null ? undefined : steps[place]
  useOutline(step?.target ?? null, place)
  if (place === null || step === undefined) return null
  const texts = tourWords()
  const isNothingOpen = step.target.startsWith('.card ') && openIncidentId.value === null
  const go = (to: number): void => {
    at.value = to < steps.length ? to : null
  }
  return (
    <section class="tour" aria-label={texts.name}>
      <p role="status">
        <strong>
          {texts.name}, {fill(texts.place, { n: place + 1, count: steps.length })}:
        </strong>{' '}
        {isNothingOpen ? <strong>{texts.openFirst} </strong> : null}
        {texts.steps[step.key]} {step.isDone?.() === true ? <em>✓ {texts.done}</em> : null}
      </p>
      <p class="tour-buttons">
        <button
          type="button"
          class="quiet"
          disabled={place === 0}
          onClick={() => go(Math.max(0, place - 1))}
        >
          {texts.back}
        </button>
        <button type="button" onClick={() => go(place + 1)}>
          {texts.next}
        </button>
        <button type="button" class="quiet" onClick={() => go(steps.length)}>
          {texts.end}
        </button>
      </p>
    </section>
  )
}

/** Outlines what is told about, and brings it into sight when somebody has asked for the step. */
function useOutline(target: string | null, place: number | null): void {
  const shown = useRef<number | null>(null)
  // What it is about may come later: it is looked for at each tick.
  const tick = target === null ? 0 : tickMs.value
  useEffect(() => {
    const found = target === null ? null : document.querySelector(target)
    for (const old of document.querySelectorAll('[data-toured]'))
      if (old !== found) old.removeAttribute('data-toured')
    if (found === null) return
    found.setAttribute('data-toured', '')
    if (shown.current === place) return
    shown.current = place
    found.scrollIntoView({ block: 'nearest' })
  }, [target, place, tick])
}
