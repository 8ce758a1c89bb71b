import fc from 'fast-check'
import { seedOr } from './seed.ts'

// The properties of fast-check begin at the same seed as the seeded worlds, when one is given.

if (process.env['HOEDE_PROPERTY_SEED']) fc.configureGlobal({ seed: seedOr(0) })
