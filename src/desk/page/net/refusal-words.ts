/**
 * Why something was refused, in Dutch: the sentence of the server where this page knows it, else
 * what its code means with the server's own words behind it, said to be English.
 */
export function refusalInDutch(code: string, detail: string): string {
  const known = (dutchSentences as Readonly<Record<string, string>>)[detail]
  if (known !== undefined) return known
  const meaning = (dutchCodes as Readonly<Record<string, string>>)[code] ?? 'Dit kan niet zo.'
  return detail === '' ? meaning : `${meaning} ${quoteBegins}${detail}${quoteEnds}`
}

const quoteBegins = '(In het Engels, van de server: '
const quoteEnds = ')'

/** Which part of a text is the server's own words: they are read out as the English they are. */
export function splitQuote(text: string): Quoted {
  const begin = text.indexOf(quoteBegins)
  const end = text.lastIndexOf(quoteEnds)
  if (begin < 0 || end < begin) return { before: text, quote: '', after: '' }
  const from = begin + quoteBegins.length
  return { before: text.slice(0, from), quote: text.slice(from, end), after: text.slice(end) }
}

export type Quoted = { readonly before: string; readonly quote: string; readonly after: string }

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
  'sign-in-refused': 'Inloggen is geweigerd: iets van wat is opgegeven klopt niet.',
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
  'Too many cases that nothing at hand asks for were read one after another. Those with an open alert can be read all the same.':
    'Er zijn te veel zaken achter elkaar gelezen zonder dat er iets mee aan de hand was: wacht even. Zaken met een open melding kunnen gewoon worden gelezen.',
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
  'Expected an order that has ended: this one protects.':
    'Dit kan pas als de maatregel is geëindigd: deze beschermt nog.',
  'An alert of it is not closed.': 'Een melding ervan is nog niet gesloten.',
  'It is held, as it may be asked for.': 'Iemand laat de zaak bewaren: er kan om gevraagd worden.',
  'It was erased before.': 'Dit is al gewist.',
  'Its evidence was erased when its time was over: nothing is left to be held.':
    'Het bewijs is gewist toen de termijn voorbij was: er is niets meer te bewaren.',
  'No decision of this id waits.': 'Dit besluit wacht niet (meer).',
  'There is a protection order of this reference already.':
    'Er is al een maatregel met dit kenmerk.',
  'The order runs as long already.': 'De maatregel loopt al zo lang.',
  'The order cannot end then.': 'De maatregel kan dan niet eindigen.',
  'The order cannot be suspended like this.': 'De maatregel kan zo niet worden geschorst.',
  'An order binds one person.': 'Een maatregel geldt voor één persoon.',
  'The case is on offer already.': 'De zaak is al aangeboden.',
  'The case cannot be held until then.': 'De zaak kan niet tot dan worden bewaard.',
  'The assignment ends before it starts.': 'De toewijzing eindigt voor het begin.',
  'The assignment would end before it starts.': 'De toewijzing zou eindigen voor het begin.',
  'This assignment ends earlier already. Make a new one to give the device again.':
    'Deze toewijzing eindigt al eerder. Maak een nieuwe om het toestel weer te geven.',
  'The address may not be called.': 'Dit adres mag niet worden aangeroepen.',
  'Somebody else signs in with this name.': 'Iemand anders meldt zich aan met deze naam.',
  'Somebody else must confirm what you asked for.': 'Wat u vroeg moet iemand anders bevestigen.',
  'Somebody who is signed in confirms it; a token does not.':
    'Iemand die is ingelogd bevestigt het; een token niet.',
  'This call is for people who are signed in.': 'Dit is voor mensen die zijn ingelogd.',
  'Whoever asked for it acts alone. Confirm or refuse it.':
    'Wie het vroeg handelt alleen: bevestig of weiger het.',
  'Nobody does this to themselves: ask another administrator.':
    'Niemand doet dit bij zichzelf: vraag een andere beheerder.',
  'You made this link: another administrator confirms it.':
    'U maakte deze link: een andere beheerder bevestigt die.',
  'They have been disabled; enable them first.':
    'Deze persoon is uitgezet: zet die eerst weer aan.',
  'This is the last administrator of the organisation. Make another one first.':
    'Dit is de laatste beheerder van de organisatie. Maak eerst een andere.',
  'The subscription has ended: nothing is signed any more.':
    'Het abonnement is geëindigd: er wordt niets meer ondertekend.',
  'Its author was not trained for this.': 'Wie dit maakte is hiervoor niet opgeleid.',
  'It is not sure enough to be told by rule: somebody decides.':
    'Het is niet zeker genoeg om volgens een regel te melden: iemand beslist.',
  'It is answered or over already.': 'Dit is al beantwoord of voorbij.',
  'It is asked already, or has ended.': 'Dit is al gevraagd, of geëindigd.',
  'It was opened before, or not in time. Ask anew.':
    'Dit is al geopend, of niet op tijd: vraag het opnieuw.',
  'It was answered already, or is for the other side to accept.':
    'Dit is al beantwoord, of de andere kant moet het aannemen.',
  'Only whoever asked may look.': 'Alleen wie het vroeg mag kijken.',
  'Nothing was seen of the person in a day.': 'Van deze persoon is een dag lang niets gezien.',
  'The person was seen, but where cannot be read.':
    'Deze persoon is gezien, maar waar kan niet worden gelezen.',
  'A second person has not opened it, or its time is over.':
    'Een tweede persoon heeft het niet geopend, of de tijd is voorbij.',
  'No order names this person as protected, and none did.':
    'Geen maatregel noemt of noemde deze persoon als beschermde.',
  'This alert is not about an order that protects them.':
    'Deze melding gaat niet over een maatregel die deze persoon beschermt.',
  'Nobody carries this device now.': 'Niemand draagt dit toestel nu.',
  'No person has this id.': 'Deze persoon is er niet, of niet voor u.',
  'No victim has this id.': 'Deze persoon is er niet, of niet voor u.',
  'No device has this id.': 'Dit toestel is er niet, of niet voor u.',
  'No vendor has this id.': 'Deze leverancier is er niet, of niet voor u.',
  'No partner has this id.': 'Deze partner is er niet, of niet voor u.',
  'No hold that goes on has this id.': 'Dit bewaren is er niet, of al voorbij.',
  'Nobody whom you may administer has this id.': 'Deze persoon is er niet, of niet voor u.',
  'A period of at most 92 days is expected.': 'Kies een periode van hoogstens 92 dagen.',
  'The map of the Kadaster does not answer just now.':
    'De kaart van het Kadaster antwoordt nu niet.',
  'The body has one fault; see errors.': 'Er is één ding mis met wat is ingevuld.',
  'The question has faults; see errors.': 'Er is iets mis met de vraag.',
  'A person of this role has this reference already.': 'Iemand met deze rol heeft dit kenmerk al.',
}
