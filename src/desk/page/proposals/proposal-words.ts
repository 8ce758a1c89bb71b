import { language } from '../words/words.ts'

/** The texts of the page of what waits for a second person. */
export function proposalWords(): ProposalWords {
  return language.value === 'nl' ? nl : en
}

type ProposalWords = typeof nl

const nl = {
  title: 'Tweede persoon',
  note: 'Wat de bescherming minder maakt gebeurt pas als een ander het bevestigt. U kunt uw eigen voorstel terugnemen, niet bevestigen.',
  statuses: {
    open: 'Wacht op een tweede persoon',
    'in-force': 'Al gedaan in nood, nog te beoordelen',
  },
  none: 'Niets wacht.',
  what: 'Wat',
  reason: 'Reden',
  asked: 'Gevraagd',
  byYou: 'door u',
  expires: 'Vervalt',
  decide: 'Besluit',
  confirm: 'Bevestig',
  confirmNote: 'Dit gebeurt dan meteen ({time}).',
  noteLabel: 'Opmerking',
  refuse: 'Weiger',
  takeBack: 'Neem terug',
  why: 'Waarom',
  acts: {
    suspendProtectionOrder: 'Maatregel opschorten',
    endProtectionOrder: 'Maatregel beëindigen',
    eraseProtectionOrder: 'Plaatsen van een maatregel wissen, voorgoed',
    replaceProtectionOrder: 'Maatregel wijzigen',
    endDeviceAssignment: 'Apparaat terugnemen',
    createDeviceAssignment: 'Ander apparaat geven',
    replaceResponseProtocol: 'Werkwijze wijzigen',
  },
}

const en: ProposalWords = {
  title: 'Second person',
  note: 'What makes protection less is done only when somebody else confirms it. You can take your own proposal back, and not confirm it.',
  statuses: {
    open: 'Waits for a second person',
    'in-force': 'Done in an emergency, still to be judged',
  },
  none: 'Nothing waits.',
  what: 'What',
  reason: 'Reason',
  asked: 'Asked',
  byYou: 'by you',
  expires: 'Expires',
  decide: 'Decision',
  confirm: 'Confirm',
  confirmNote: 'It is done at once then ({time}).',
  noteLabel: 'Note',
  refuse: 'Refuse',
  takeBack: 'Take back',
  why: 'Why',
  acts: {
    suspendProtectionOrder: 'Suspend an order',
    endProtectionOrder: 'End an order',
    eraseProtectionOrder: 'Erase the places of an order, for good',
    replaceProtectionOrder: 'Amend an order',
    endDeviceAssignment: 'Take a device back',
    createDeviceAssignment: 'Give another device',
    replaceResponseProtocol: 'Change the response protocol',
  },
}
