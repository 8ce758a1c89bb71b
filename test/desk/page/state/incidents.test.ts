import { describe, expect, it } from 'vitest'
import type { Alert, Incident } from '../../../../src/desk/page/net/api.ts'
import { filterOf, noFilter, queryOf } from '../../../../src/desk/page/state/filter-address.ts'
import {
  applyFilter,
  holdOrder,
  keepersAmong,
  listRows,
  rankOf,
} from '../../../../src/desk/page/state/incidents.ts'

const minute = 60_000
const start = Date.parse('2026-11-23T18:30:00Z')

function alertOf(facts: Partial<Alert>): Alert {
  const at = new Date(start).toISOString()
  return {
    id: facts.incidentId ?? 'a',
    incidentId: 'a',
    kind: 'location-ban-breach',
    priority: 'P1',
    status: 'open',
    occurredAt: at,
    toldAt: at,
    recallAt: null,
    stillGoingOn: true,
    acknowledgedAt: null,
    ...facts,
  } as Alert
}

function incidentOf(incidentId: string, ...alerts: readonly Partial<Alert>[]): Incident {
  return {
    incidentId,
    protectionOrderReference: `09/${incidentId}`,
    offenderReference: null,
    vendorName: null,
    organisation: null,
    units: [],
    acknowledgedByName: null,
    shelved: [],
    looked: null,
    alerts: alerts.map((alert) => alertOf({ incidentId, ...alert })),
  }
}

const toldAfter = (minutes: number): string => new Date(start + minutes * minute).toISOString()
const idsOf = (rows: readonly { readonly incident: Incident }[]): string[] =>
  rows.map((row) => row.incident.incidentId)

describe('The rows of the desk', () => {
  it('a row that waits for an answer says nothing of when another alert of it comes back', () => {
    const later = { status: 'acknowledged', recallAt: toldAfter(5) } as const
    const recalls = listRows(
      [incidentOf('waits', { priority: 'P1' }, later), incidentOf('answered', later)],
      new Map(),
    ).map((row) => [row.incident.incidentId, row.recallAtMs])
    expect(recalls).toEqual([
      ['waits', null],
      ['answered', start + 5 * minute],
    ])
  })

  it('the rows put what nobody answered first, by priority, and the longest waiting on top', () => {
    const rows = listRows(
      [
        incidentOf('listed', { priority: 'P3' }),
        incidentOf('answered', { status: 'acknowledged' }),
        incidentOf('urgent', { priority: 'P2' }),
        incidentOf('newer', { toldAt: toldAfter(2) }),
        incidentOf('older', { toldAt: toldAfter(1) }),
      ],
      new Map(),
    )
    expect(idsOf(rows)).toEqual(['older', 'newer', 'answered', 'urgent', 'listed'])
  })

  it('the rows make one line of an incident, led by its most urgent open alert, and none of closed ones', () => {
    const [row, ...others] = listRows(
      [
        incidentOf('a', { priority: 'P2' }, { priority: 'P1', kind: 'panic' }),
        incidentOf('b', { status: 'closed' }),
      ],
      new Map(),
    )
    expect(others).toEqual([])
    expect([row?.priority, row?.lead.kind]).toEqual(['P1', 'panic'])
  })

  it('a row says what is new, worse or again since somebody looked', () => {
    const changeOf = (alert: Partial<Alert>, looked: Map<string, { atMs: number; rank: number }>) =>
      listRows([incidentOf('a', alert)], looked)[0]?.change
    const rank = rankOf({ priority: 'P2', isUnanswered: true })
    expect(changeOf({}, new Map())).toBe('new')
    expect(changeOf({}, new Map([['a', { atMs: start, rank }]]))).toBe('worse')
    const looked = new Map([['a', { atMs: start, rank: 0 }]])
    expect(changeOf({ toldAt: toldAfter(1) }, looked)).toBe('again')
    expect(changeOf({}, looked)).toBe(null)
  })

  it('rows under a hand keep their places: a new P1 comes on top, what else is new waits', () => {
    const before = listRows([incidentOf('a', {}), incidentOf('b', { priority: 'P2' })], new Map())
    const after = listRows(
      [
        incidentOf('b', { priority: 'P2' }),
        incidentOf('fresh', { priority: 'P1', toldAt: toldAfter(3) }),
        incidentOf('a', { status: 'acknowledged' }),
        incidentOf('waits', { priority: 'P2', toldAt: toldAfter(3) }),
      ],
      new Map(),
    )
    const { rows, waiting } = holdOrder(after, before)
    expect(idsOf(rows)).toEqual(['fresh', 'a', 'b'])
    expect(idsOf(waiting)).toEqual(['waits'])
  })

  it('a row under a hand that becomes a P1 comes on top, and one that is answered meanwhile is shown', () => {
    const others = ['a', 'b', 'c', 'd', 'e'].map((id) => incidentOf(id, { priority: 'P2' }))
    const held = listRows([...others, incidentOf('low', { priority: 'P3' })], new Map())
    const rows = listRows(
      [...others, incidentOf('low', {}), incidentOf('taken', { status: 'acknowledged' })],
      new Map(),
    )
    const shown = holdOrder(rows, held)
    expect(idsOf(shown.rows)).toEqual(['low', 'taken', 'a', 'b', 'c', 'd', 'e'])
    expect(shown.waiting).toEqual([])
  })

  it('many P1s stay where they are when a hand comes to the list, and a new one is above them', () => {
    const many = Array.from({ length: 9 }, (_, place) =>
      incidentOf(`p${place}`, { toldAt: toldAfter(place) }),
    )
    const held = listRows(many, new Map())
    expect(idsOf(holdOrder(held, held).rows)).toEqual(idsOf(held))
    const after = listRows([...many, incidentOf('new', { toldAt: toldAfter(20) })], new Map())
    expect(idsOf(holdOrder(after, held).rows)).toEqual(['new', ...idsOf(held)])
  })

  it('a row is as old as what is urgent of it, however long ago its trouble began', () => {
    const long = {
      priority: 'P3',
      occurredAt: '2026-01-01T00:00:00Z',
      toldAt: toldAfter(5),
    } as const
    const [row] = listRows([incidentOf('a', long, { priority: 'P1' })], new Map())
    expect([row?.sinceMs, row?.toldAtMs]).toEqual([start, start])
  })

  it('what a filter hides is counted, and what of it is urgent too', () => {
    const rows = listRows([incidentOf('a', {}), incidentOf('b', { priority: 'P2' })], new Map())
    const { shown, hiddenCount, hiddenP1Count } = applyFilter(rows, {
      ...noFilter,
      priority: 'P2',
    })
    expect([idsOf(shown), hiddenCount, hiddenP1Count]).toEqual([['b'], 1, 1])
    expect(idsOf(applyFilter(rows, { ...noFilter, search: ' 09/A' }).shown)).toEqual(['a'])
  })

  describe('whose cases', () => {
    const [north, south] = [
      { id: '00000000-0000-4000-8000-00000000000a', name: 'Noord' },
      { id: '00000000-0000-4000-8000-00000000000b', name: 'Zuid' },
    ]
    const unit = { id: '00000000-0000-4000-8000-00000000000c', name: 'Breda' }
    const rows = listRows(
      [
        { ...incidentOf('north', {}), organisation: north },
        { ...incidentOf('south', {}), organisation: south },
        { ...incidentOf('breda', {}), organisation: south, units: [unit] },
        incidentOf('nobodys', {}),
      ],
      new Map(),
    )
    const shownBy = (keeper: string) =>
      idsOf(applyFilter(rows, { ...noFilter, keeper }).shown).toSorted()

    it('a filter by organisation or unit leaves theirs, and what is nobody’s case', () => {
      expect(shownBy(north.id)).toEqual(['nobodys', 'north'])
      expect(shownBy(south.id)).toEqual(['breda', 'nobodys', 'south'])
      expect(shownBy(unit.id)).toEqual(['breda', 'nobodys'])
      expect(applyFilter(rows, { ...noFilter, keeper: unit.id }).hiddenP1Count).toBe(2)
    })

    it('units stand behind their organisation, and what is chosen stays to be seen', () => {
      expect(keepersAmong(rows, null).map(({ name, unitOf }) => [name, unitOf])).toEqual([
        ['Noord', null],
        ['Zuid', null],
        ['Breda', 'Zuid'],
      ])
      expect(keepersAmong([], unit.id)).toEqual([{ id: unit.id, name: null, unitOf: null }])
    })
  })

  it('a filter comes back from its address, and what is not known there filters nothing', () => {
    const chosen = {
      keeper: '00000000-0000-4000-8000-00000000000a',
      priority: 'P1' as const,
      kind: 'device-silent' as const,
      search: '09/1 & 2',
    }
    // What is searched for is of a case: no address has it.
    expect(queryOf(chosen)).not.toContain('09')
    expect(filterOf(queryOf(chosen), '09/1 & 2')).toEqual(chosen)
    expect(queryOf(noFilter)).toBe('')
    expect(filterOf('priority=P9&kind=none&keeper=all&search=09', '')).toEqual(noFilter)
  })
})
