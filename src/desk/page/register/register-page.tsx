import { registerWords } from '../words/register/words.ts'
import { AssignmentsSection } from './assignments.tsx'
import { DevicesSection } from './devices.tsx'
import { LadderSection } from './ladder.tsx'
import { OrdersSection } from './orders.tsx'
import { PersonsSection } from './persons.tsx'
import { ProtectionSection } from './protection.tsx'
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
  { key: 'ladder', name: () => registerWords().ladder, View: LadderSection },
  { key: 'refused', name: () => registerWords().refused, View: RefusedReportsSection },
]
