import type { z } from 'zod'
import type { decisionSchema } from '../../../schemas/decision.ts'
import type { deviceAssignmentSchema } from '../../../schemas/device-assignment.ts'
import type { deviceSchema } from '../../../schemas/device.ts'
import type { enforceabilitySchema } from '../../../schemas/enforceability.ts'
import type { escalationLadderSchema } from '../../../schemas/escalation-ladder.ts'
import type { caseGapSchema, casePeopleSchema } from '../../../schemas/case.ts'
import type { askedMoveSchema, householdSchema } from '../../../schemas/household.ts'
import type { caseSchema } from '../../../schemas/joined-orders.ts'
import type { riskProfileSchema } from '../../../schemas/risk-profile.ts'
import type { orderTypeSchema } from '../../../schemas/order-type.ts'
import type { orderLifeSchema } from '../../../schemas/order-life.ts'
import type { orderNoticesSchema, partnerSchema } from '../../../schemas/partner.ts'
import type { personSchema } from '../../../schemas/person.ts'
import type { protectionStateSchema } from '../../../schemas/protection-state.ts'
import type { retentionSchema } from '../../../schemas/retention.ts'
import type { refusedReportSchema } from '../../../schemas/refused-report.ts'
import type { vendorSchema } from '../../../schemas/vendor.ts'
import type { victimFileSchema } from '../../../schemas/victim.ts'

/** What the register lists, as the server answers it. */
export type Person = z.output<typeof personSchema>
export type Device = z.output<typeof deviceSchema>
export type Assignment = z.output<typeof deviceAssignmentSchema>
export type Vendor = z.output<typeof vendorSchema>
export type Ladder = z.output<typeof escalationLadderSchema>
export type RefusedReport = z.output<typeof refusedReportSchema>
export type Decision = z.output<typeof decisionSchema>
export type LifeOfOrder = z.output<typeof orderLifeSchema>
export type StateOfOrder = z.output<typeof protectionStateSchema>
export type Assessment = z.output<typeof enforceabilitySchema>
export type Partner = z.output<typeof partnerSchema>
export type OrderNotice = z.output<typeof orderNoticesSchema>['items'][number]
export type CasePeople = z.output<typeof casePeopleSchema>
export type CaseRole = CasePeople['roles'][number]
export type CaseOfOrder = z.output<typeof caseGapSchema>
export type OrderType = z.output<typeof orderTypeSchema>
export type RiskProfile = z.output<typeof riskProfileSchema>
export type Case = z.output<typeof caseSchema>
export type Household = z.output<typeof householdSchema>
export type AskedMove = z.output<typeof askedMoveSchema>
export type MoveQuestion = Household['questions'][number]
export type CaseRetention = z.output<typeof retentionSchema>
export type VictimFile = z.output<typeof victimFileSchema>
