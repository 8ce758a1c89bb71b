import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { wordOf } from '../words/words.ts'
import { Listing, type Column } from './listing.tsx'
import type { RefusedReport } from './rows.ts'

/** What was sent and not taken, what could not be judged among it: who, when, why; never where. */
export function RefusedReportsSection() {
  return (
    <>
      <p>{registerWords().refusedNote}</p>
      <Listing
        label={registerWords().refused}
        path="/v1/refused-reports"
        keyOf={({ id }) => id}
        columns={columns()}
        empty={registerWords().noneRefused}
      />
    </>
  )
}

function columns(): readonly Column<RefusedReport>[] {
  const text = registerWords()
  return [
    {
      name: text.receivedAt,
      cell: (report) => formatClock(Date.parse(report.receivedAt), nowMs.peek()),
    },
    { name: text.serialNumber, cell: (report) => report.serialNumber ?? '–' },
    {
      name: text.why,
      cell: ({ code, detail }) => (
        <>
          <strong>{wordOf(text.refusalCodes, code)}</strong> <span lang="en">{detail}</span>
        </>
      ),
    },
  ]
}
