import { useEffect } from 'preact/hooks'
import { CaseView } from './case/case-view.tsx'
import { keepHandSteady } from './case/steady-hand.ts'
import { IncidentList } from './list/incident-list.tsx'
import { findPlace, hasDesk, PlaceView } from './places.tsx'
import {
  address,
  filter,
  followAddress,
  isAtDesk,
  keepFilterInAddress,
  nowMs,
  openIncidentId,
  pastAlertId,
  rows,
} from './state/desk.ts'
import { followAlerts } from './state/follow.ts'
import { callOut, repeatCalls } from './state/calls.ts'
import { keepLooked } from './state/looked.ts'
import { keepSending } from './state/outbox.ts'
import { warnOfUnsent } from './state/leaving.ts'
import { keepSeat } from './state/seat.ts'
import { keepSession, me, sitter } from './state/session.ts'
import { Banner } from './banner.tsx'
import { ProofDialog } from './form/step-up.tsx'
import { Header } from './header.tsx'
import { OutboxStrip } from './protocol/outbox-strip.tsx'
import { TypedStrip } from './protocol/typed-strip.tsx'
import { knowSecondDesk } from './protocol/second-desk.ts'
import { startTour, Tour } from './tour/tour.tsx'
import { registerWords } from './words/register/words.ts'
import { formatClock } from './words/times.ts'
import { fill, words } from './words/words.ts'

export function Page() {
  useEffect(() => {
    const stopRepeating = repeatCalls()
    const stopKeeping = keepSession()
    const stopWarning = warnOfUnsent()
    const stopLooking = keepLooked()
    const letGo = keepHandSteady()
    const follow = (): void => {
      followAddress()
      if (address.value === '/tour') startTour()
    }
    addEventListener('hashchange', follow)
    // Where it went before anybody listened: an effect runs after the page can be used.
    follow()
    const stopKeepingFilter = filter.subscribe(keepFilterInAddress)
    return () => {
      stopKeepingFilter()
      stopRepeating()
      stopKeeping()
      stopWarning()
      stopLooking()
      letGo()
      removeEventListener('hashchange', follow)
    }
  }, [])
  useEffect(() => {
    if (isAtDesk.value !== true) return
    const following = followAlerts(callOut)
    const stops = [following.stop, keepSeat(), keepSending(), knowSecondDesk()]
    return () => {
      for (const stop of stops) stop()
    }
  }, [isAtDesk.value])
  useTitle()
  const place = findPlace()
  return (
    <>
      <a class="skip" href="#case" onClick={skipToCase}>
        {words().skipToCase}
      </a>
      <Header />
      <ProofDialog />
      <Banner />
      <OutboxStrip />
      <TypedStrip />
      <Tour />
      <OnPaper />
      {place === null && !hasDesk() ? (
        // An empty desk would be taken for one where nothing is open.
        <main class="place" id="case" tabIndex={-1}>
          <p role="alert">{registerWords().notForYou}</p>
        </main>
      ) : place === null ? (
        <main
          key={sitter.value}
          class={
            openIncidentId.value === null && pastAlertId.value === null ? 'desk' : 'desk has-open'
          }
        >
          <IncidentList />
          <CaseView />
        </main>
      ) : (
        <PlaceView key={sitter.value} place={place} />
      )}
    </>
  )
}

/** Every time on a page is of its day: paper says which, and who printed it. */
function OnPaper() {
  const time = formatClock(nowMs.value, 0)
  return (
    <p class="on-paper">{fill(words().printed, { time, name: me.value?.displayName ?? '?' })}</p>
  )
}

/** By hand: the address of the page is where it is, and an anchor in it would leave the case. */
function skipToCase(event: Event): void {
  event.preventDefault()
  document.getElementById('case')?.focus()
}

/** The tab says how much calls: it is seen when the page is not. */
function useTitle(): void {
  const calling = rows.value.filter((row) => row.isUnanswered && row.priority === 'P1').length
  const open = rows.value.length
  useEffect(() => {
    document.title = `${calling > 0 ? `(${calling} P1) ` : ''}${words().title} · ${open} · Hoede`
  }, [calling, open])
}
