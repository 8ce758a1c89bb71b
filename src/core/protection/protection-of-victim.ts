import type { ProtectionReason } from './judge-person-seen.ts'
import type { ProtectionState } from './judge-protection.ts'

/**
 * What an order gives one of those it protects: what is wrong with somebody else whom it protects
 * as well makes nothing of theirs less. What is not known of the order is not known of them.
 */
export function protectionOfVictim<Reason extends Pick<ProtectionReason, 'subject' | 'personId'>>(
  { reasons, state }: { readonly state: ProtectionState; readonly reasons: readonly Reason[] },
  victimId: string,
): { readonly state: ProtectionState; readonly reasons: readonly Reason[] } {
  const own = reasons.filter(
    ({ personId, subject }) => subject !== 'victim' || personId === victimId,
  )
  const isOnlyOfOthers = state === 'degraded' && own.length === 0
  return { state: isOnlyOfOthers ? 'protected' : state, reasons: own }
}
