import type { JSX } from 'preact'
import type { StaffRole } from '../../core/model/contract-words.ts'
import { AccountsPage } from './accounts/accounts-page.tsx'
import { AssessmentsPage } from './assess/assessments-page.tsx'
import { assessWords } from './assess/assess-words.ts'
import { FiguresPage } from './figures/figures-page.tsx'
import { figuresWords } from './figures/figures-words.ts'
import { handOverWords } from './handover/hand-over-words.ts'
import { HandOverPage } from './handover/hand-over-page.tsx'
import { ProtocolPage } from './protocol/protocol-page.tsx'
import { responseWords } from './protocol/response-words.ts'
import { ProposalsPage } from './proposals/proposals-page.tsx'
import { proposalWords } from './proposals/proposal-words.ts'
import { RegisterPage } from './register/register-page.tsx'
import { address, rows } from './state/desk.ts'
import { me } from './state/session.ts'
import { registerWords } from './words/register/words.ts'
import { words } from './words/words.ts'

/** What else than the desk itself a page shows, by the beginning of its address. */
type Place = {
  readonly path: string
  readonly roles: readonly StaffRole[]
  readonly name: () => string
  readonly View: () => JSX.Element
}

const deskRoles: readonly StaffRole[] = ['operator', 'supervisor']

const places: readonly Place[] = [
  {
    path: '/hand-over',
    roles: deskRoles,
    name: () => handOverWords().title,
    View: HandOverPage,
  },
  {
    path: '/figures',
    roles: deskRoles,
    name: () => figuresWords().title,
    View: FiguresPage,
  },
  {
    path: '/protocol',
    roles: deskRoles,
    name: () => responseWords().protocolTitle,
    View: ProtocolPage,
  },
  {
    path: '/register',
    roles: ['supervisor'],
    name: () => registerWords().register,
    View: RegisterPage,
  },
  {
    path: '/assessments',
    roles: ['supervisor'],
    name: () => assessWords().title,
    View: AssessmentsPage,
  },
  {
    path: '/accounts',
    roles: ['administrator'],
    name: () => registerWords().accounts,
    View: AccountsPage,
  },
  {
    path: '/proposals',
    roles: ['supervisor', 'operator', 'administrator'],
    name: () => proposalWords().title,
    View: ProposalsPage,
  },
]

/** Null: the desk itself. Somebody who has no desk is shown the first place they may use. */
export function findPlace(): Place | null {
  const asked = places.find(({ path }) => isBelow(address.value, path))
  if (asked !== undefined) return asked
  return mayUse(deskRoles) ? null : (places.find(({ roles }) => mayUse(roles)) ?? null)
}

export function PlaceView({ place }: { readonly place: Place }) {
  if (!mayUse(place.roles)) {
    return (
      <main class="place" id="case" tabIndex={-1}>
        <p role="alert">{registerWords().notForYou}</p>
      </main>
    )
  }
  return (
    <main class="place" id="case" tabIndex={-1}>
      <place.View />
    </main>
  )
}

/** Whether who sits here is at the desk itself, as far as that is known. */
export function hasDesk(): boolean {
  return mayUse(deskRoles)
}

/** Nothing where there is one place alone. */
export function Navigation() {
  const open = places.filter(({ roles }) => mayUse(roles))
  if (open.length === 0) return null
  const at = findPlace()
  const calling = rows.value.filter((row) => row.isUnanswered && row.priority === 'P1').length
  return (
    <nav class="places" aria-label={registerWords().places}>
      {mayUse(deskRoles) ? (
        <a href="#/" aria-current={at === null ? 'page' : undefined}>
          {words().title}
          {calling > 0 && at !== null ? ` (${calling} P1)` : ''}
        </a>
      ) : null}
      {open.map((place) => (
        <a
          key={place.path}
          href={`#${place.path}`}
          aria-current={at === place ? 'page' : undefined}
        >
          {place.name()}
        </a>
      ))}
    </nav>
  )
}

/** Until it is known who sits here the desk is shown: its alerts may not wait. */
function mayUse(roles: readonly StaffRole[]): boolean {
  return me.value?.roles.some((role) => roles.includes(role)) ?? roles === deskRoles
}

function isBelow(path: string, beginning: string): boolean {
  return path === beginning || path.startsWith(`${beginning}/`)
}
