import { language } from '../words/words.ts'

/** The texts of a list that is full or put aside, in the language of the page. */
export function listWords(): typeof english {
  return language.value === 'nl' ? dutch : english
}

const english = {
  flood: 'FLOOD.',
  floodNote:
    'Since {time} more comes in than one person can answer (up to {peak} in 10 minutes). The second desk has been called. P1 stands on top; the rest is grouped by kind.',
  group: '{n} incidents',
  groupOf: 'P2 {p2} · P3 {p3}',
  groupOpen: '{n} not answered',
  shelved: 'Put aside ({n})',
  shelvedBy: 'by {name}, back in {time}',
}

const dutch: typeof english = {
  flood: 'VLOED.',
  floodNote:
    'Sinds {time} komt er meer binnen dan één persoon kan beantwoorden (tot {peak} in 10 minuten). De tweede desk is opgeroepen. P1 staat bovenaan; de rest is gegroepeerd per soort.',
  group: '{n} voorvallen',
  groupOf: 'P2 {p2} · P3 {p3}',
  groupOpen: '{n} onbeantwoord',
  shelved: 'Geparkeerd ({n})',
  shelvedBy: 'door {name}, terug over {time}',
}
