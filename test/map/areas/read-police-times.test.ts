import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { openPoliceTimes, readPoliceTimes } from '../../../src/map/areas/read-police-times.ts'
import { withFile } from '../../support/street-map.ts'

const header = 'municipality_code,year,p85_minutes,source\n'
const read = async (text: string) => await withFile(Buffer.from(text), readPoliceTimes)

describe('a table of police times', () => {
  it('a table of police times is read with the source of each, rounded up to seconds', async () => {
    const table = await read(
      `${header}GM0363,2024,"9,51","Politie, tabel 47021"\nGM0307,2023,11.5,Eenheid Midden\n`,
    )
    expect(table.rows).toEqual([
      {
        municipalityCode: 'GM0363',
        year: 2024,
        seconds: 571,
        source: 'Politie, tabel 47021',
      },
      { municipalityCode: 'GM0307', year: 2023, seconds: 690, source: 'Eenheid Midden' },
    ])
    expect(table.id).toMatch(/^[0-9a-f]{64}$/)
    const spreadsheet = header.replaceAll(',', ';')
    expect((await read(`${spreadsheet}GM0363;2024;9,5;x\n`)).rows[0]!.seconds).toBe(570)
  })

  it.each([
    ['', 'line 1: expected the columns municipality_code, year, p85_minutes, source.'],
    [header, 'holds no police time.'],
    [`${header}363,2024,9,x`, 'line 2: expected a municipality_code such as GM0363.'],
    [`${header}GM0363,24,9,x`, 'line 2: expected a year from 2015'],
    [`${header}GM0363,2001,9,x`, 'line 2: expected a year from 2015'],
    [`${header}GM0363,2099,9,x`, 'line 2: expected a year from 2015'],
    [`${header}GM0363,2024,0,x`, 'line 2: expected p85_minutes from 1 to 240'],
    [`${header}GM0363,2024,.,x`, 'leave out what was not reached or is not known.'],
    [`${header}GM0363,2024,>15,x`, 'leave out what was not reached or is not known.'],
    [`${header}GM0363,2024,9,`, 'line 2: expected a source'],
    [`${header}GM0363,2024,9,x\nGM0363,2024,8,y`, 'line 3: GM0363 of 2024 is there twice.'],
    [`${header}GM0363,2024,9\n`, 'is not a table of 4 columns'],
  ])('a table of police times that begins %j is refused with its line', async (text, sentence) => {
    await expect(read(text)).rejects.toThrow(sentence)
  })

  it('a server with a table that cannot be read does not start, and says which setting names it', async () => {
    expect(await openPoliceTimes(null)).toBeNull()
    await expect(openPoliceTimes('/absent.csv')).rejects.toThrow(
      'HOEDE_POLICE_TIMES_PATH: the police times cannot be read: There is no file /absent.csv.',
    )
  })

  it('the table in the documentation is one', async () => {
    const page = await readFile(
      join(import.meta.dirname, '../../../docs/enforceability.md'),
      'utf8',
    )
    const shown = /```csv\n([^`]+)```/.exec(page)?.[1] ?? ''
    expect((await read(shown)).rows).toHaveLength(1)
  })
})
