import { language } from '../words/words.ts'

/** The few texts that all forms share. */
export function formWords(): FormWords {
  return language.value === 'nl' ? nl : en
}

const nl = {
  proposed: 'Voorgesteld. Het gebeurt pas als een tweede persoon het bevestigt.',
  unsent: 'NIET VERSTUURD: de server antwoordt niet. Uw invoer staat er nog.',
  faultsBelow: 'Niet gedaan: zie de velden.',
  otherFault: 'Dit kan niet zo.',
  none: 'geen',
  choose: 'Kies…',
  remove: 'Verwijder',
  proofTitle: 'Bewijs dat u het bent',
  proofNote: 'Deze handeling vraagt om een nieuw bewijs, alleen voor dit.',
  password: 'Wachtwoord',
  code: 'Code van de app',
  confirm: 'Bevestig',
  withPasskey: 'Gebruik een toegangssleutel',
  cancel: 'Annuleer',
  proofFailed: 'Dat klopt niet: {detail}',
  passkeyFailed: 'De toegangssleutel gaf geen antwoord.',
  faults: {
    'invalid-type': 'Hier ontbreekt iets, of het is van het verkeerde soort.',
    'invalid-value': 'Deze waarde kan niet.',
    'invalid-format': 'Dit is niet de verwachte vorm.',
    'too-small': 'Dit is te weinig, of leeg.',
    'too-big': 'Dit is te veel.',
    custom: 'Dit kan niet zo.',
    'unknown-field': 'Dit veld hoort hier niet.',
    'unknown-reference': 'Dit is niet bekend, of van het verkeerde soort.',
    'ends-before-start': 'Het einde ligt niet na het begin.',
    'not-later': 'Dit is niet later dan het huidige einde.',
    'not-changeable': 'Dit kan niet worden veranderd.',
    'not-competent': 'Wie hier staat mag dit niet besluiten.',
    missing: 'Dit is nodig.',
    area: 'Kies één gebied: een cirkel of een getekend gebied.',
  },
}

type FormWords = typeof nl

const en: FormWords = {
  proposed: 'Proposed. It is done only when a second person confirms it.',
  unsent: 'NOT SENT: the server does not answer. What you typed is still there.',
  faultsBelow: 'Not done: see the fields.',
  otherFault: 'This cannot be so.',
  none: 'none',
  choose: 'Choose…',
  remove: 'Remove',
  proofTitle: 'Prove that it is you',
  proofNote: 'This act asks for a fresh proof, for this alone.',
  password: 'Password',
  code: 'Code of the app',
  confirm: 'Confirm',
  withPasskey: 'Use a passkey',
  cancel: 'Cancel',
  proofFailed: 'That is not right: {detail}',
  passkeyFailed: 'The passkey gave no answer.',
  faults: {
    'invalid-type': 'Something is missing here, or is of the wrong kind.',
    'invalid-value': 'This value cannot be.',
    'invalid-format': 'This is not of the expected form.',
    'too-small': 'This is too little, or empty.',
    'too-big': 'This is too much.',
    custom: 'This cannot be so.',
    'unknown-field': 'This field does not belong here.',
    'unknown-reference': 'This is not known, or of the wrong kind.',
    'ends-before-start': 'The end is not after the beginning.',
    'not-later': 'This is not later than the present end.',
    'not-changeable': 'This cannot be changed.',
    'not-competent': 'Whoever is named may not decide this.',
    missing: 'This is needed.',
    area: 'Choose one area: a circle or a drawn one.',
  },
}
