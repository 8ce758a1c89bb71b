import type { CaseScore } from './score-case.ts'
import type { Exhibit } from './exhibit.ts'
import type { GoalLine } from './goals.ts'
import type { Bilingual } from './bilingual.ts'
import { drawMap } from './map.ts'
import { escapeHtml } from '../../src/escape-html.ts'
import { inBoth } from './markup.ts'
import { pageStyle } from './page-style.ts'
import { costOf, drawTrade } from './plot.ts'
import type { Curve } from './sweep-limits.ts'

/** The whole report as one page that needs nothing else. Dutch first; the switch shows English. */
export function formatPage(report: Report): string {
  return `<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hoede: kwaliteit van de detectie</title><style>${pageStyle}</style></head><body>
<input type="radio" name="language" id="in-dutch" checked><label for="in-dutch">Nederlands</label>
<input type="radio" name="language" id="in-english"><label for="in-english">English</label>
<main>
${heading(1, { nl: 'Kwaliteit van de detectie', en: 'Quality of detection' })}
${report.notes.map((note) => `<p>${inBoth(note)}</p>`).join('\n')}
${heading(2, { nl: 'Doelen', en: 'Goals' })}
${goalTable(report.goals)}
${heading(2, { nl: 'Alleen de achtergehouden helft', en: 'The half held out alone' })}
<p>${inBoth(heldOutNote)}</p>
${goalTable(report.heldOutGoals)}
${report.cases === null ? '' : caseSection(report.cases)}
${report.curves.length === 0 ? '' : curveSection(limitTrades, report.curves)}
${report.loadCurves.length === 0 ? '' : curveSection(loadTrades, report.loadCurves)}
${report.exhibits.length === 0 ? '' : exhibitSection(report.exhibits)}
</main></body></html>
`
}

export type Report = {
  readonly notes: readonly Bilingual[]
  readonly goals: readonly GoalLine[]
  readonly heldOutGoals: readonly GoalLine[]
  readonly cases: CaseScore | null
  readonly curves: readonly Curve[]
  /** Of the simulation: what a desk is spared, and what it is then not told. */
  readonly loadCurves: readonly Curve[]
  readonly exhibits: readonly Exhibit[]
}

const heldOutNote: Bilingual = {
  nl: 'Geen grenswaarde is met deze bestanden gekozen.',
  en: 'No limit was chosen with these files.',
}

const verdicts = {
  met: { nl: 'gehaald', en: 'met' },
  'not met': { nl: 'niet gehaald', en: 'not met' },
  'no data': { nl: '', en: '' },
} as const

const exhibitSorts = {
  missed: { nl: 'Gemist', en: 'Missed' },
  false: { nl: 'Vals', en: 'False' },
  repeated: { nl: 'Herhaald', en: 'Repeated' },
} as const

function heading(level: number, text: Bilingual): string {
  return `<h${level}>${inBoth(text)}</h${level}>`
}

function goalTable(lines: readonly GoalLine[]): string {
  const rows = lines.map(({ measure, goal, figures, verdict }) => {
    const cells = [figures.hoede, figures.raw, figures.filtered].map(
      (text) => `<td>${escapeHtml(text)}</td>`,
    )
    const shown = goal === 'shown' ? '' : escapeHtml(goal)
    return `<tr class="${verdict.replace(' ', '-')}"><td>${inBoth(measure)}</td><td>${shown}</td>${cells.join('')}<td>${inBoth(verdicts[verdict])}</td></tr>`
  })
  const names: readonly Bilingual[] = [
    { nl: 'maat', en: 'measure' },
    { nl: 'doel', en: 'goal' },
    { nl: 'Hoede', en: 'Hoede' },
    { nl: 'ruwe polygoon', en: 'raw polygon' },
    { nl: 'gefilterd, twee posities', en: 'filtered, two fixes' },
    { nl: 'oordeel', en: 'verdict' },
  ]
  return `<table><thead><tr>${names.map((name) => `<th>${inBoth(name)}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`
}

function caseSection(score: CaseScore): string {
  const kinds = Object.entries(score.kinds)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([kind, { trueCount, falseCount }]) => {
      const precision = ((100 * trueCount) / (trueCount + falseCount)).toFixed(1)
      const perDay = ((trueCount + falseCount) / score.caseDays).toFixed(4)
      return `<tr><td>${kind}</td><td>${trueCount}</td><td>${falseCount}</td><td>${precision} %</td><td>${perDay}</td></tr>`
    })
  const stories = Object.entries(score.stories)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(
      ([kind, story]) =>
        `<tr><td>${kind}</td><td>${story.mustCount}</td><td>${story.answered}</td><td>${story.falseP1}</td></tr>`,
    )
  const kindHeads = [
    { nl: 'soort', en: 'kind' },
    { nl: 'waar', en: 'true' },
    { nl: 'vals', en: 'false' },
    { nl: 'precisie', en: 'precision' },
    { nl: 'per zaak per dag', en: 'per case per day' },
  ]
  const storyHeads = [
    { nl: 'verhaal', en: 'story' },
    { nl: 'moet melden', en: 'must alert' },
    { nl: 'gemeld', en: 'alerted' },
    { nl: 'ten onrechte P1', en: 'wrongly P1' },
  ]
  return `${heading(2, { nl: 'Simulatie: precisie per soort', en: 'Simulation: precision by kind' })}
<table><tr>${kindHeads.map((name) => `<th>${inBoth(name)}</th>`).join('')}</tr>${kinds.join('')}</table>
${heading(2, { nl: 'Simulatie: verhalen', en: 'Simulation: stories' })}
<table><tr>${storyHeads.map((name) => `<th>${inBoth(name)}</th>`).join('')}</tr>${stories.join('')}</table>
<p>${escapeHtml(score.unansweredStories.slice(0, unansweredMax).join(', '))}</p>`
}

const unansweredMax = 40

const limitTrades: CurveWords = {
  title: { nl: 'Wat een grenswaarde ruilt', en: 'What a limit trades' },
  note: {
    nl: 'Opnamen. Verticaal: gevonden; horizontaal: valse meldingen en herhalingen. Grote stip: de ingestelde waarde. Doorgetrokken: de helft die een waarde mag kiezen; gestreept: de achtergehouden helft.',
    en: 'Recordings. Vertical: found; horizontal: false alerts and repeats. Large dot: the value in force. Solid: the half that may choose a value; dashed: the half held out.',
  },
}

const loadTrades: CurveWords = {
  title: { nl: 'Wat de meldkamer wordt bespaard', en: 'What the desk is spared' },
  note: {
    nl: 'Simulatie. Verticaal: ware naderingen en stiltes gevonden; horizontaal: meldingen P1 en P2. Grote stip: de ingestelde waarde.',
    en: 'Simulation. Vertical: true approaches and silences found; horizontal: alerts at P1 and P2. Large dot: the value in force.',
  },
}

type CurveWords = { readonly title: Bilingual; readonly note: Bilingual }

function curveSection({ title, note }: CurveWords, curves: readonly Curve[]): string {
  const figures = curves.map((curve) => {
    const rows = curve.points.map((point) => {
      const halves = (['tuning', 'held-out'] as const).map((half) => {
        const { recall, revealedP95Ms } = point[half]
        return `${recall === null ? '—' : `${(100 * recall).toFixed(2)} %`} / ${costOf(point, half)} / ${revealedP95Ms === null ? '—' : Math.round(revealedP95Ms / 1000)} s`
      })
      return `<tr${point.value === curve.defaultValue ? ' class="chosen"' : ''}><td>${point.value}</td>${halves.map((text) => `<td>${text}</td>`).join('')}</tr>`
    })
    return `<figure><figcaption>${curve.name}</figcaption>${drawTrade(curve)}<table><tr><th></th><th>tuning</th><th>held-out</th></tr>${rows.join('')}</table></figure>`
  })
  return `${heading(2, title)}<p>${inBoth(note)}</p><div class="figures">${figures.join('\n')}</div>`
}

function exhibitSection(exhibits: readonly Exhibit[]): string {
  const note: Bilingual = {
    nl: 'Rood: het verbod. Groen: de echte weg, waar die bekend is. Cirkels: posities met hun nauwkeurigheid (blauw dader, paars slachtoffer). Driehoek: melding.',
    en: 'Red: the ban. Green: the true way, where that is known. Circles: fixes with their accuracy (blue offender, purple victim). Triangle: alert.',
  }
  const figures = exhibits.map(
    (exhibit) =>
      `<figure><figcaption>${inBoth(exhibitSorts[exhibit.sort])}: ${escapeHtml(exhibit.name)}, ${new Date(exhibit.atMs).toISOString()}</figcaption>${drawMap(exhibit)}<p>${escapeHtml(exhibit.sentence)}</p></figure>`,
  )
  return `${heading(2, { nl: 'De slechtste gevallen', en: 'The worst cases' })}<p>${inBoth(note)}</p><div class="figures">${figures.join('\n')}</div>`
}
