import type { AlertDraft } from '../../core/model/alert.ts'
import type { EscalationRow } from '../../core/model/escalation.ts'

export type SaveContext = {
  readonly nowMs: number
  /**
   * The journal has been read up to here; history must be as far before a stretch is judged again.
   */
  readonly journalId: number
  /**
   * Who is called when nobody answers this alert, counted from the moment it
   * is put in front of people.
   */
  readonly escalationsOf: (
    alert: Pick<AlertDraft, 'priority' | 'protectionOrderId'>,
    fromMs: number,
  ) => readonly EscalationRow[]
  /** The turn to change alerts was taken earlier in this transaction. */
  readonly isTurnTaken?: boolean
}
