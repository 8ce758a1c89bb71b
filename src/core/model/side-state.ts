/**
 * What can be said of where one person is now. `held`: its device is heard, and it was at rest when
 * last seen. `starting`: within the grace of a device just assigned or just heard again. `stale`:
 * it reports positions, and none was believed for too long. `without-position`: it is heard, and
 * has sent no position for too long. `too-seldom`: it reports, by a plan too slow to judge a
 * distance between two people by.
 */
export type SideState =
  | 'fresh'
  | 'too-seldom'
  | 'held'
  | 'starting'
  | 'no-device'
  | 'never-heard'
  | 'silent'
  | 'stale'
  | 'without-position'
