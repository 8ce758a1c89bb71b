import { language } from '../words/words.ts'

/** The texts of a list that is full or put aside, in the language of the page. */
export function listWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  flood: 'FLOOD.',
  floodNote:
    'Since {time}, at most {peak} alerts within 10 minutes. The second desk has been called. P1 on top, the rest by kind.',
  group: '{n} incidents',
  groupOf: 'P2 {p2} · P3 {p3}',
  groupOpen: '{n} not answered',
  shelved: 'Put aside ({n})',
  shelvedBy: 'by {name}, back in {time}',
}

const dutch: typeof english = {
  flood: 'VLOED.',
  floodNote:
    'Sinds {time}, op het hoogst {peak} meldingen binnen 10 minuten. De tweede desk is opgeroepen. P1 bovenaan, de rest per soort.',
  group: '{n} voorvallen',
  groupOf: 'P2 {p2} · P3 {p3}',
  groupOpen: '{n} onbeantwoord',
  shelved: 'Geparkeerd ({n})',
  shelvedBy: 'door {name}, terug over {time}',
}
