import { LadderSection } from '../register/ladder.tsx'
import { RefusedReportsSection } from '../register/refused-reports.tsx'
import { Sections, type Section } from '../register/sections.tsx'
import { registerWords } from '../words/register/words.ts'
import { accountWords } from '../words/accounts/words.ts'
import { partnerWords } from '../register/partner-words.ts'
import { PartnersKept } from './partners.tsx'
import { StaffSection } from './staff.tsx'
import { TokensSection } from './tokens.tsx'
import { TrainingsSection } from './trainings.tsx'
import { VendorsSection } from './vendors.tsx'
import { WebhooksSection } from './webhooks.tsx'

/** What administrators keep: who may come in, as what, and whom the server tells. */
export function AccountsPage() {
  return <Sections title={registerWords().accounts} path="/accounts" sections={sections} />
}

const sections: readonly Section[] = [
  { key: 'staff', name: () => accountWords().staff, View: StaffSection },
  { key: 'trainings', name: () => accountWords().trainings, View: TrainingsSection },
  { key: 'tokens', name: () => accountWords().tokens, View: TokensSection },
  { key: 'partners', name: () => partnerWords().title, View: PartnersKept },
  { key: 'webhooks', name: () => accountWords().webhooks, View: WebhooksSection },
  { key: 'vendors', name: () => accountWords().vendors, View: VendorsSection },
  { key: 'ladder', name: () => registerWords().ladder, View: LadderSection },
  { key: 'refused', name: () => registerWords().refused, View: RefusedReportsSection },
]
