import { language } from '../words.ts'
import { registerEn } from './en.ts'
import { registerNl } from './nl.ts'

export type RegisterWords = typeof registerEn

/** The texts of register and accounts in the chosen language. */
export function registerWords(): RegisterWords {
  return language.value === 'nl' ? registerNl : registerEn
}
