import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import type { CaseRole } from '../../store/cases/case-roles.ts'
import type { Screening } from '../../store/cases/screenings.ts'

/** Who has a role, with who stands in. */
export function roleBodyOf(row: CaseRole) {
  return {
    id: row.id,
    role: row.role,
    holder: { staffId: row.staffId, name: row.name, phone: row.phone, isHere: row.isHere },
    standIn: {
      staffId: row.standInStaffId,
      name: row.standInName,
      phone: row.standInPhone,
      isHere: row.isStandInHere,
    },
    handOverNote: row.handOverNote,
    givenBy: row.givenBy,
    from: formatInstant(row.fromMs),
    until: formatInstantOrNull(row.untilMs),
  }
}

export function screeningBodyOf(row: Screening) {
  return {
    id: row.id,
    instrument: row.instrument,
    screenedAt: formatInstant(row.screenedAtMs),
    authorId: row.authorId,
    authorName: row.authorName,
    outcome: row.outcome,
    nextDueAt: formatInstant(row.nextDueAtMs),
    documentReference: row.documentReference,
  }
}
