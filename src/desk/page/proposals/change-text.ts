import { responseWords } from '../protocol/response-words.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { lifeWords } from '../register/order-life-words.ts'
import { orderTypeWords } from '../register/order-type-words.ts'
import { proposalWords } from './proposal-words.ts'

type Table = Readonly<Record<string, string>>

/** What would be another, in words of the page: `locationBans/<id>/area` is the size of an area. */
export function nameOfChange(what: string): string {
  const text = proposalWords()
  const changes: Table = { ...kindNames(), ...text.changes }
  const [rule, ...rest] = what.split(', ')
  const number = /^rule (\d+) \((.*)\)$/.exec(rule ?? '')
  if (number !== null) {
    const [, place = '', fits = ''] = number
    return [fill(text.rule, { n: place }), `(${codesIn(fits)})`, ...rest.map(codesIn)].join(' ')
  }
  const contact = /^number of (\w+)$/.exec(what)?.[1]
  if (contact !== undefined)
    return fill(text.numberOf, { who: (responseWords().contacts as Table)[contact] ?? contact })
  const [list, , name] = what.split('/')
  if (name === undefined) return changes[what] ?? what
  const group = list === 'proximityBans' ? words().orderSeparation : words().orderBan
  return `${group}: ${changes[name] ?? name}`
}

/** The value of it; who somebody is, is an id that says nothing to a reader. */
export function valueOfChange(what: string, value: string | null): string {
  const text = proposalWords()
  if (value === null || value === '') return '–'
  const name = what.split('/').at(-1) ?? what
  if (name === 'victimId') return text.another
  if (name === 'schedule') return value === '"always"' ? text.always : text.bySchedule
  const instantMs = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN
  if (!Number.isNaN(instantMs)) return formatClock(instantMs, nowMs.peek())
  if (['escalation', 'steps', 'alsoCalled'].includes(name)) return ladderIn(value)
  if (value === "the organisation's") return text.organisation
  if (name === 'area') return areaIn(value)
  if (kindFields.has(name)) return inWords(value, kindParts())
  // What is to be said is prose, and stays as somebody wrote it.
  return /(?:(?:text|say) \(\w\w\)|source|sourceNl|afterLast|statute)$/.test(what)
    ? value
    : codesIn(value)
}

/** Of a kind of order: who is asked what, how long before. */
const kindFields: ReadonlySet<string> = new Set([
  'term',
  'extensionTerm',
  'maximum',
  'extendedBy',
  'reminders',
  'afterExtension',
  'reviewEvery',
  'afterEnd',
])

function kindNames(): Table {
  const { term, ...text } = orderTypeWords()
  return { ...stringsOf(text), term, orderType: text.title }
}

function kindParts(): Table {
  const { audiences, deciders, tasks } = lifeWords()
  return { ...orderTypeWords().units, ...tasks, ...deciders, ...audiences }
}

function stringsOf(texts: object): Table {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === 'string'))
}

function ladderIn(value: string): string {
  const text = proposalWords()
  if (value === '–') return value
  if (!value.includes(' after ')) return text.organisation
  return value.replaceAll(/([a-z-]+) after (\d+) s/g, (_whole, target: string, seconds: string) =>
    fill(text.ladder, { target: codesIn(target), seconds }),
  )
}

function areaIn(value: string): string {
  const text = proposalWords()
  const meters = /^circle of ([\d.]+) m$/.exec(value)?.[1]
  if (meters !== undefined) return fill(text.circle, { meters })
  return fill(text.drawn, { n: /(\d+) corners/.exec(value)?.[1] ?? '?' })
}

/** Each code in it by its words; what is none stays. */
export function codesIn(text: string): string {
  const { who, outcomes, about } = responseWords()
  const { orderStatus, bases, targets } = registerWords()
  const tables = [
    words().kinds,
    words().outcomes,
    outcomes,
    who,
    about,
    orderStatus,
    bases,
    targets,
  ]
  const parts: Table = tables.reduce<Table>(
    (all, table) => ({ ...all, ...table }),
    proposalWords().parts,
  )
  return inWords(text, parts)
}

function inWords(text: string, parts: Table): string {
  const wordsOf = (code: string): string | null =>
    Object.hasOwn(parts, code) ? (parts[code] ?? null) : null
  return text.replaceAll(/[a-z]+(?:-[a-z]+)*(?: \((?:nl|en)\)| else| if)?/g, (code) => {
    // A step is named by whom it calls.
    const called = /^(?:call|tell)-(.+)$/.exec(code)?.[1]
    const who = called === undefined ? null : wordsOf(called)
    return who === null ? (wordsOf(code) ?? code) : fill(proposalWords().calling, { who })
  })
}
