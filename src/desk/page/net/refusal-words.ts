/**
 * Why something was refused, in Dutch: the sentence of the server where this page knows it, else
 * what its code means with the server's own words behind it, said to be English.
 */
export function refusalInDutch(code: string, detail: string): string {
  const known = (dutchSentences as Readonly<Record<string, string>>)[detail]
  if (known !== undefined) return known
  const meaning = (dutchCodes as Readonly<Record<string, string>>)[code] ?? 'Dit kan niet zo.'
  return detail === '' ? meaning : `${meaning} (In het Engels, van de server: ${detail})`
}

/** For each code that carries a whole answer; a test knows them all. */
export const dutchCodes = {
  'invalid-request': 'De vraag is niet van de vorm die de server verwacht.',
  'invalid-json': 'Wat verstuurd is kan niet worden gelezen.',
  'invalid-url': 'Het adres van de vraag kan niet worden gelezen.',
  'invalid-header': 'Een kop van de vraag kan niet worden gebruikt.',
  'malformed-http': 'De vraag kwam beschadigd aan.',
  'invalid-cursor': 'Deze lijst is veranderd: begin van voren af aan.',
  'forbidden-property': 'Er staat een naam of tekst in die nooit is toegestaan.',
  'nothing-accepted': 'Niets hiervan kon worden aangenomen.',
  unauthenticated: 'Meld u eerst aan.',
  'sign-in-refused': 'Aanmelden is geweigerd: iets van wat is opgegeven klopt niet.',
  forbidden: 'Uw rol mag dit niet.',
  'step-up-required': 'Deze handeling vraagt om een nieuw bewijs dat u het bent.',
  'not-found': 'Dit is hier niet, of niet voor u te zien.',
  'method-not-allowed': 'Dit kan niet op dit adres.',
  'request-timeout': 'De vraag kwam niet op tijd aan.',
  conflict: 'Dit past niet bij hoe het nu staat.',
  'already-exists': 'Er is er al een met deze naam.',
  'alert-already-closed': 'De melding is al gesloten.',
  'link-needs-code': 'Deze link opent met de code van een tweede beheerder.',
  'link-unusable': 'Deze link is gebruikt, verlopen of nooit gemaakt: vraag een nieuwe.',
  'version-mismatch': 'Dit is intussen veranderd: lees het opnieuw.',
  'body-too-large': 'Dit is meer dan de server aanneemt.',
  'inflated-body-too-large': 'Dit is uitgepakt meer dan de server aanneemt.',
  'uri-too-long': 'Het adres van de vraag is te lang.',
  'unsupported-media-type': 'Dit soort inhoud neemt de server niet aan.',
  'unsupported-encoding': 'Zo ingepakt neemt de server dit niet aan.',
  'unknown-reference': 'Iets dat hier wordt genoemd is niet bekend.',
  'expectation-failed': 'Aan wat de vraag verwacht kan niet worden voldaan.',
  'rate-limited': 'Dit gaat te vaak achter elkaar: wacht even.',
  'headers-too-large': 'De koppen van de vraag zijn te groot.',
  'internal-error': 'Er ging hier iets stuk; het is vastgelegd.',
  overloaded: 'Er komt meer binnen dan kan worden bewaard: stuur het later nog eens.',
  unavailable: 'Een deel dat nodig is antwoordt niet: probeer het later nog eens.',
  'shutting-down': 'De server stopt: stuur het nog eens.',
  'database-unavailable': 'De database antwoordt niet.',
  'disk-full': 'De schijf van de server is vol.',
}

/** What a desk meets most; a test holds each to a sentence that the server really says. */
export const dutchSentences = {
  'Somebody else has this alert, and may hand it over.':
    'Iemand anders heeft deze melding, en kan die overdragen.',
  'Somebody else has this alert.': 'Iemand anders heeft deze melding.',
  'Nobody has this alert: take it over first.': 'Niemand heeft deze melding: neem die eerst over.',
  'This alert is not offered to you (any more).': 'Deze melding wordt u niet (meer) aangeboden.',
  'This cannot be done like this; see errors.': 'Dit kan zo niet.',
  'The alert cannot be answered like this; see errors.':
    'De melding kan zo niet worden beantwoord.',
  'The shift cannot be handed over like this; see errors.':
    'De dienst kan zo niet worden overgedragen.',
  'The protocol cannot be worked with; see errors.': 'Met dit protocol kan niet worden gewerkt.',
  'Another version was set in the meantime: read it and make the change there.':
    'Intussen is een andere versie ingesteld: lees die, en wijzig het daarin.',
  'Somebody else must answer what you asked for.': 'Wat u vroeg moet iemand anders beantwoorden.',
  'Somebody else must decide on what you asked for.':
    'Over wat u vroeg moet iemand anders beslissen.',
  'Somebody else must open what you asked for.': 'Wat u vroeg moet iemand anders openen.',
  'No alert has this id.': 'Deze melding is er niet, of niet voor u.',
  'No protection order has this id.': 'Deze maatregel is er niet, of niet voor u.',
  'The order would not run longer.': 'De maatregel zou niet langer lopen.',
  'This order has ended. Register a new one.':
    'Deze maatregel is geëindigd. Registreer een nieuwe.',
  'The end of this order has passed: extend it, or confirm that it stops.':
    'Het einde van deze maatregel is voorbij: kies verlengen, of bevestig dat die stopt.',
  'A person of this role has this reference already.': 'Iemand met deze rol heeft dit kenmerk al.',
}
