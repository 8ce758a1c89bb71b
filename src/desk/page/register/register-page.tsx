import { registerWords } from '../words/register/words.ts'
import { AssignmentsSection } from './assignments.tsx'
import { GapsSection } from './case-people.tsx'
import { casePeopleWords } from './case-people-words.ts'
import { householdWords } from './household-words.ts'
import { MovesSection } from './move-questions.tsx'
import { RiskSection } from './risk.tsx'
import { riskWords } from './risk-words.ts'
import { decisionWords } from './decision-words.ts'
import { DecisionsSection } from './decisions.tsx'
import { DevicesSection } from './devices.tsx'
import { LadderSection } from './ladder.tsx'
import { OrderTypesSection } from './order-types.tsx'
import { orderTypeWords } from './order-type-words.ts'
import { OrdersSection } from './orders.tsx'
import { PartnersSection } from './partners.tsx'
import { partnerWords } from './partner-words.ts'
import { PersonsSection } from './persons.tsx'
import { ProtectionSection } from './protection.tsx'
import { RemindersSection } from './reminders.tsx'
import { lifeWords } from './order-life-words.ts'
import { YearSection } from './year.tsx'
import { yearWords } from './year-words.ts'
import { RefusedReportsSection } from './refused-reports.tsx'
import { Sections, type Section } from './sections.tsx'

/** What supervisors keep: who is watched, by what, under which order. */
export function RegisterPage() {
  return <Sections title={registerWords().register} path="/register" sections={sections} />
}

const sections: readonly Section[] = [
  { key: 'orders', name: () => registerWords().orders, View: OrdersSection },
  { key: 'protection', name: () => registerWords().protection, View: ProtectionSection },
  { key: 'persons', name: () => registerWords().persons, View: PersonsSection },
  { key: 'devices', name: () => registerWords().devices, View: DevicesSection },
  { key: 'assignments', name: () => registerWords().assignments, View: AssignmentsSection },
  { key: 'reminders', name: () => lifeWords().reminders, View: RemindersSection },
  { key: 'decisions', name: () => decisionWords().title, View: DecisionsSection },
  { key: 'gaps', name: () => casePeopleWords().listTitle, View: GapsSection },
  { key: 'moves', name: () => householdWords().questionsTitle, View: MovesSection },
  { key: 'risk', name: () => riskWords().rowsTitle, View: RiskSection },
  { key: 'kinds', name: () => orderTypeWords().title, View: OrderTypesSection },
  { key: 'partners', name: () => partnerWords().title, View: PartnersSection },
  { key: 'year', name: () => yearWords().title, View: YearSection },
  { key: 'ladder', name: () => registerWords().ladder, View: LadderSection },
  { key: 'refused', name: () => registerWords().refused, View: RefusedReportsSection },
]
