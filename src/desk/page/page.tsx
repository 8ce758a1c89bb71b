import { useEffect } from 'preact/hooks'
import { CaseView } from './case/case-view.tsx'
import { IncidentList } from './list/incident-list.tsx'
import { openIncidentId, readAddress, rows } from './state/desk.ts'
import { followAlerts } from './state/follow.ts'
import { callOut, repeatCalls } from './state/calls.ts'
import { keepSession } from './state/session.ts'
import { Banner } from './banner.tsx'
import { Header } from './header.tsx'
import { words } from './words/words.ts'

export function Page() {
  useEffect(() => {
    const following = followAlerts(callOut)
    const stopRepeating = repeatCalls()
    const stopKeeping = keepSession()
    const follow = (): void => {
      openIncidentId.value = readAddress()
    }
    addEventListener('hashchange', follow)
    return () => {
      following.stop()
      stopRepeating()
      stopKeeping()
      removeEventListener('hashchange', follow)
    }
  }, [])
  useTitle()
  return (
    <>
      <a class="skip" href="#case">
        {words().skipToCase}
      </a>
      <Header />
      <Banner />
      <main class="desk">
        <IncidentList />
        <CaseView />
      </main>
    </>
  )
}

/** The tab says how much calls: it is seen when the page is not. */
function useTitle(): void {
  const calling = rows.value.filter((row) => row.isUnanswered && row.priority === 'P1').length
  const open = rows.value.length
  useEffect(() => {
    document.title = `${calling > 0 ? `(${calling} P1) ` : ''}${words().title} · ${open} · Hoede`
  }, [calling, open])
}
