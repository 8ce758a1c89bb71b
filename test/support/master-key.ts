/** Of every test: what one process seals another one opens. */
export const testMasterKey = 'a1'.repeat(32)
