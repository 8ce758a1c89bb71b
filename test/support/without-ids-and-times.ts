const uuidText = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi
const timeText = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?/g

/**
 * A body or text without its ids and times. The digits of an id are drawn, and those of a time
 * pass: a test that some number is not said would now and then find it in one of them.
 */
export const withoutIdsAndTimes = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value))
    .replaceAll(uuidText, 'ID')
    .replaceAll(timeText, 'TIME')
