import { expect, it } from 'vitest'
import {
  bodyOf,
  emptyQuestion,
  isAskable,
  isComparable,
  withAddress,
  withAlternative,
  withCounter,
  type Question,
} from '../../../../src/desk/page/assess/question.ts'
import { emptyTimes, withException, withHours } from '../../../../src/desk/page/assess/times.ts'
import { emptyArea } from '../../../../src/desk/page/register/area.ts'

const circle: Question = {
  ...emptyQuestion,
  area: { ...emptyArea, longitude: '5,1', latitude: '52.1', radiusMeters: '300' },
}
const sent = (question: Question) => JSON.parse(JSON.stringify(bodyOf(question))) as object
const counter = {
  radiusMeters: null,
  separationMeters: null,
  inscribedRadiusMeters: null,
  approachMeters: 700,
  reportIntervalSeconds: null,
}

it('what nobody has said is not sent, so that nothing of it counts as in order', () => {
  expect(sent(circle)).toEqual({
    circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 },
    travelModes: ['walk', 'bicycle', 'car'],
    victimAddresses: [],
  })
})

it('an address is secret until somebody says otherwise, and counts when it has a place', () => {
  const [address, ...none] = withAddress([], 'woning')
  expect(none).toEqual([])
  if (address === undefined) throw new Error('expected an address, got none')
  const placed = { ...address, longitude: '5.2', latitude: '52,2' }
  expect(sent({ ...circle, victims: [address] })).toMatchObject({ victimAddresses: [] })
  expect(sent({ ...circle, victims: [address, placed] })).toMatchObject({
    victimAddresses: [{ label: 'woning', longitude: 5.2, latitude: 52.2, secret: true }],
  })
})

it('an offender without addresses is said by somebody, and never by an empty list', () => {
  const unplaced = withAddress([], 'woning')
  expect(sent({ ...circle, offenders: unplaced })).not.toHaveProperty('offenderFixedAddresses')
  expect(sent({ ...circle, hasNoOffenderAddress: true })).toMatchObject({
    offenderFixedAddresses: [],
  })
})

it('facts are sent as yes and no, and police minutes as seconds', () => {
  const facts = { ...emptyQuestion.facts, canCharge: 'no', sashCompleted: 'yes' } as const
  expect(sent({ ...circle, facts, policeResponseMinutes: '7,5' })).toMatchObject({
    canCharge: false,
    sashCompleted: true,
    policeResponseSeconds: 450,
  })
})

it('half a circle, no text and no codes are not asked about', () => {
  expect(isAskable(circle)).toBe(true)
  expect(isAskable({ ...circle, area: { ...circle.area, radiusMeters: '' } })).toBe(false)
  expect(isAskable({ ...circle, area: { ...circle.area, latitude: 'x' } })).toBe(false)
  expect(isAskable({ ...circle, kind: 'drawn' })).toBe(false)
  // What is no JSON is sent, and told at its field; a point with a radius is a circle.
  const drawnAs = (geometry: string) => ({
    ...circle,
    kind: 'drawn' as const,
    area: { ...emptyArea, geometry },
  })
  expect(isAskable(drawnAs('{"type":"Polygon",'))).toBe(true)
  const point = { type: 'Point', coordinates: [5, 52] }
  const round = { type: 'Feature', geometry: point, properties: { radiusMeters: 300 } }
  expect(isAskable(drawnAs(JSON.stringify(round)))).toBe(true)
  expect(isAskable({ ...circle, kind: 'codes', areaCodes: ' , ' })).toBe(false)
  expect(isAskable({ ...circle, kind: 'codes', areaCodes: 'GM0363' })).toBe(true)
  expect(isAskable({ ...circle, kind: 'distance', separationMeters: '500' })).toBe(true)
})

it('codes are read however they are set apart', () => {
  const question = { ...circle, kind: 'codes' as const, areaCodes: 'BU01, BU02;BU03\nGM01' }
  expect(sent(question)).toMatchObject({ areaCodes: ['BU01', 'BU02', 'BU03', 'GM01'] })
  expect(sent(question)).not.toHaveProperty('circle')
})

it('a proposal changes what it names, and leaves the rest as it was asked', () => {
  const question = { ...circle, reportIntervalSeconds: '120' }
  const wider = withCounter(question, { ...counter, radiusMeters: 900 })
  expect(sent(wider)).toMatchObject({
    circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 900 },
    approachMeters: 700,
    reportIntervalSeconds: 120,
  })
  const faster = withCounter(question, { ...counter, reportIntervalSeconds: 30 })
  expect(sent(faster)).toMatchObject({ circle: { radiusMeters: 300 }, reportIntervalSeconds: 30 })
})

it('another ban takes the place of the asked one, and what is known of the people stays', () => {
  const question = { ...circle, victimCount: '2' }
  const other = {
    ...counter,
    areaCodes: [] as string[],
    areaNames: [],
    geometry: null,
    areaSquareKilometers: null,
    verdict: 'ENFORCEABLE' as const,
    red: [],
    perTravelMode: [],
    offenderAddressCount: 0,
  }
  const area = { ...other, kind: 'neighbourhoods' as const, areaCodes: ['BU01', 'BU02'] }
  expect(sent(withAlternative(question, area))).toMatchObject({
    areaCodes: ['BU01', 'BU02'],
    approachMeters: 700,
    victimCount: 2,
  })
  const moving = { ...other, kind: 'moving' as const, separationMeters: 1_000 }
  expect(sent(withAlternative(question, moving))).toMatchObject({ separationMeters: 1_000 })
  const wider = { ...other, kind: 'resized' as const, radiusMeters: 900 }
  expect(sent(withAlternative(question, wider))).toMatchObject({ circle: { radiusMeters: 900 } })
  expect(withAlternative(question, { ...other, kind: 'asked' as const })).toBe(question)
})

it('a wider drawn area is drawn by somebody before it is asked about', () => {
  expect(isComparable({ ...counter, radiusMeters: 900 })).toBe(true)
  expect(isComparable({ ...counter, inscribedRadiusMeters: 900 })).toBe(false)
})

it('what the text of the measure says is sent, and what it leaves out is left to the answer to ask for', () => {
  const times = withException(withHours(emptyTimes, 'certain'))
  const said = {
    ...circle,
    supervisingBody: ' Reclassering ',
    monitoringNamed: 'no',
    times,
  } as const
  expect(sent(said)).toMatchObject({
    supervision: { body: 'Reclassering', electronicMonitoring: false },
    schedule: { timeZone: 'Europe/Amsterdam', weekly: [{}], exceptions: [{}] },
  })
  const always = { ...said, monitoringNamed: 'unknown', times: withHours(times, 'always') } as const
  expect(sent(always)).toMatchObject({ supervision: { body: 'Reclassering' } })
  expect(sent(always)).not.toHaveProperty('schedule.weekly')
  expect(sent(always)).not.toHaveProperty('supervision.electronicMonitoring')
  // A distance holds as long as its order.
  expect(sent({ ...said, kind: 'distance', separationMeters: '500' })).not.toHaveProperty(
    'schedule',
  )
})
