/**
 * SQL of the moment of a transition: the given one in milliseconds, and a microsecond after the
 * last of its alert where both are of one millisecond. What was done later stands later, whatever
 * their ids are. The row of the alert is locked.
 */
export function transitionMoment(alertId: string, atMs: string): string {
  const given = `to_timestamp(${atMs}::float8 / 1000)`
  return `greatest(${given}, (
       select max(at) + interval '1 microsecond' from alert_transitions
        where alert_id = ${alertId} and at >= ${given} and at < ${given} + interval '1 millisecond'))`
}
