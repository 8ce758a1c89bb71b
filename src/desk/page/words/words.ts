import { signal } from '@preact/signals'
import { en } from './en.ts'
import { nl } from './nl.ts'

export type Language = 'nl' | 'en'
export type Words = typeof en

const languageKey = 'hoede-language'

export const language = signal<Language>(readLanguage())

/** The texts of the chosen language; reading it in a component follows the switch. */
export function words(): Words {
  return language.value === 'nl' ? nl : en
}

/** The text with `{name}` replaced by what stands under that name. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** A number as it is written here, with so many digits behind the comma or the point at most. */
export function formatNumber(value: number, digitsMax = 1): string {
  return value.toLocaleString(language.value === 'nl' ? 'nl-NL' : 'en-GB', {
    maximumFractionDigits: digitsMax,
  })
}

/**
 * The words for a code that the server answered with; of a server newer than this page they may be
 * missing, which is said.
 */
export function wordOf(table: Readonly<Record<string, string>>, code: string): string {
  return table[code] ?? fill(words().noWord, { code })
}

export function switchLanguage(): void {
  language.value = language.value === 'nl' ? 'en' : 'nl'
  document.documentElement.lang = language.value
  localStorage.setItem(languageKey, language.value)
}

function readLanguage(): Language {
  const chosen = localStorage.getItem(languageKey) === 'en' ? 'en' : 'nl'
  document.documentElement.lang = chosen
  return chosen
}
