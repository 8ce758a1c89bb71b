import { describe, expect, it } from 'vitest'
import { alertTraits, tellAlert } from '../../../../src/core/model/alert-kinds/alert-kinds.ts'
import {
  fixedAddressBasis,
  heldSightingBasis,
} from '../../../../src/core/model/alert-kinds/ban-sentences.ts'
import { formatPercent } from '../../../../src/core/model/alert-kinds/sentence.ts'
import type { AlertMatter } from '../../../../src/core/model/alert-kinds/sentence.ts'
import { alertKinds } from '../../../../src/core/model/alert.ts'
import type { AlertKind } from '../../../../src/core/model/alert.ts'

const near = { probability: 0.876, distanceMeters: 120.4 }
const approach = { secondsToBreach: 240, recentApproachCount: 2, usualMeters: null }
const silent = { wearerRole: 'victim', allowedSilenceSeconds: 180, reportIntervalSeconds: 60 }

/** Kind, what is known, and what the desk reads in English and in Dutch. */
const told: readonly (readonly [AlertKind, Partial<AlertMatter>, string, string])[] = [
  [
    'location-ban-breach',
    near,
    'The offender is inside the banned area (likely, probability 87 %).',
    'De persoon onder toezicht is in het verboden gebied (waarschijnlijk, kans 87,6 %).',
  ],
  [
    'location-ban-breach',
    { probability: 0.9999, late: true },
    'The offender was inside the banned area (certain, probability over 99 %). Learned later: where they are now does not follow from it.',
    'De persoon onder toezicht was in het verboden gebied (zeker, kans > 99,9 %).',
  ],
  [
    'location-ban-approach',
    { ...near, late: true, facts: approach },
    'The offender was near the banned area, 100 to 200 m from its border. Learned later: where they are now does not follow from it.',
    'De persoon onder toezicht was in de buurt van het verboden gebied, 100 tot 200 m van de grens.',
  ],
  [
    'proximity-breach',
    { probability: 0.876, distanceMeters: 290, late: true, facts: { separationMeters: 300 } },
    'The offender and the victim were 200 to 300 m apart, closer than the order allows (likely, probability 87 %). Learned later: where they are now does not follow from it.',
    'De persoon onder toezicht en de beschermde persoon waren 200 tot 300 m van elkaar, dichterbij dan is toegestaan (waarschijnlijk, kans 87,6 %).',
  ],
  [
    'proximity-breach',
    { probability: 0.876, distanceMeters: 310, facts: { separationMeters: 300 } },
    'The offender and the victim are 200 to 350 m apart, closer than the order allows (likely, probability 87 %).',
    'De persoon onder toezicht en de beschermde persoon zijn 200 tot 350 m van elkaar, dichterbij dan is toegestaan (waarschijnlijk, kans 87,6 %).',
  ],
  [
    'proximity-approach',
    { probability: 0.2, distanceMeters: 310, facts: { separationMeters: 300 } },
    'The offender and the victim are 300 to 350 m apart, within the approach ring.',
    'De persoon onder toezicht en de beschermde persoon naderen elkaar: 300 tot 350 m.',
  ],
  [
    'location-ban-approach',
    { ...near, facts: approach },
    'The offender is near the banned area, 100 to 200 m from its border. At this pace the ban is broken in about 4 min. Approach number 2 within a day.',
    'De persoon onder toezicht is in de buurt van het verboden gebied, 100 tot 200 m van de grens. In dit tempo wordt het verbod over ongeveer 4 min overtreden. Nadering nummer 2 binnen een dag.',
  ],
  [
    'location-ban-approach',
    { ...near, facts: { ...approach, secondsToBreach: 2_000, recentApproachCount: 1 } },
    'The offender is near the banned area, 100 to 200 m from its border.',
    'De persoon onder toezicht is in de buurt van het verboden gebied, 100 tot 200 m van de grens.',
  ],
  [
    'location-ban-approach',
    { ...near, facts: { ...approach, usualMeters: 100 } },
    'The offender is near the banned area, 100 to 200 m from its border. The offender is there day after day, and is no nearer than usual.',
    'De persoon onder toezicht is in de buurt van het verboden gebied, 100 tot 200 m van de grens. De persoon onder toezicht is daar dag na dag, en komt niet dichterbij dan gewoonlijk.',
  ],
  [
    'location-ban-approach',
    { ...near, facts: { ...approach, secondsToBreach: null, dayNearestMeters: 100 } },
    'The offender is near the banned area, 100 to 200 m from its border. Approach number 2 within a day. Not markedly nearer than before.',
    'De persoon onder toezicht is in de buurt van het verboden gebied, 100 tot 200 m van de grens. Nadering nummer 2 binnen een dag. Niet duidelijk dichterbij dan eerder.',
  ],
  [
    'location-ban-approach',
    { ...near, facts: { ...approach, isPassingBy: true } },
    'The offender is near the banned area, 100 to 200 m from its border. The offender is passing by.',
    'De persoon onder toezicht is in de buurt van het verboden gebied, 100 tot 200 m van de grens. De persoon onder toezicht gaat voorbij.',
  ],
  [
    'location-ban-breach',
    { probability: 0.962, facts: { placeFixCount: 25, placeSpanMs: 1_440_000 } },
    'The offender is inside the banned area (almost certain, probability 96 %, by 25 positions of one place in 24 min together).',
    'De persoon onder toezicht is in het verboden gebied (vrijwel zeker, kans 96,2 %, volgens 25 posities van één plaats in 24 min samen).',
  ],
  [
    'location-ban-passage',
    { facts: { isEndInside: false, isPathAvoidable: false } },
    'The straight path between two sightings leads through the banned area; there was no time to go round at the pace assumed.',
    'De rechte weg tussen twee waarnemingen loopt door het verboden gebied; in het aangenomen tempo was er geen tijd om eromheen te gaan.',
  ],
  [
    'location-ban-passage',
    { facts: { isEndInside: false, isPathAvoidable: true } },
    'The straight path between two sightings leads through the banned area; going round was possible in the time.',
    'De rechte weg tussen twee waarnemingen loopt door het verboden gebied; in die tijd was eromheen gaan mogelijk.',
  ],
  [
    'location-ban-passage',
    { facts: { isEndInside: true } },
    'The straight path between two sightings leads through the banned area; one of the two lies in it.',
    'De rechte weg tussen twee waarnemingen loopt door het verboden gebied; een van de twee ligt erin.',
  ],
  [
    'location-ban-passage',
    { facts: { isEndInside: false, detour: 'no-way', isPathAvoidable: false } },
    'The straight path between two sightings leads through the banned area; no way leads from the one to the other outside it.',
    'De rechte weg tussen twee waarnemingen loopt door het verboden gebied; daarbuiten loopt geen weg van de ene naar de andere.',
  ],
  [
    'location-ban-passage',
    { facts: { isGapLong: true, gapMs: 720_000, detour: 'unknown', isPathAvoidable: null } },
    'The straight path between two sightings, 12 min apart, leads through the banned area.',
    'De rechte weg tussen twee waarnemingen, 12 min uit elkaar, loopt door het verboden gebied.',
  ],
  [
    'proximity-breach',
    near,
    'The offender and the victim are 100 to 200 m apart, closer than the order allows (likely, probability 87 %).',
    'De persoon onder toezicht en de beschermde persoon zijn 100 tot 200 m van elkaar, dichterbij dan is toegestaan (waarschijnlijk, kans 87,6 %).',
  ],
  [
    'proximity-breach',
    { ...near, probability: null },
    'The offender and the victim move together, 100 to 200 m apart, closer than the order allows.',
    'De persoon onder toezicht en de beschermde persoon bewegen samen, 100 tot 200 m van elkaar, dichterbij dan is toegestaan.',
  ],
  [
    'proximity-breach',
    { ...near, facts: { episodeKind: 'proximity-passage' } },
    'The offender and the victim passed each other at 100 to 200 m between sightings, closer than the order allows.',
    'De persoon onder toezicht en de beschermde persoon zijn elkaar tussen waarnemingen op 100 tot 200 m gepasseerd, dichterbij dan is toegestaan.',
  ],
  [
    'proximity-breach',
    { ...near, facts: { episodeKind: 'proximity-passage', isGapLong: true, gapMs: 720_000 } },
    'The offender and the victim passed each other at 100 to 200 m between sightings, 12 min apart, closer than the order allows.',
    'De persoon onder toezicht en de beschermde persoon zijn elkaar tussen waarnemingen, 12 min uit elkaar, op 100 tot 200 m gepasseerd, dichterbij dan is toegestaan.',
  ],
  [
    'proximity-breach',
    { ...near, facts: { basis: fixedAddressBasis } },
    'The offender is 100 to 200 m from a fixed address of the victim; where the victim is is not known.',
    'De persoon onder toezicht is 100 tot 200 m van een vast adres van de beschermde persoon; waar de beschermde persoon is, is niet bekend.',
  ],
  [
    'proximity-breach',
    { ...near, settledBy: 'offender', facts: { basis: heldSightingBasis, sightingGapMs: 600_000 } },
    'The offender is 100 to 200 m from where the victim was last seen at rest, 10 min ago; the victim has not been seen anew since.',
    'De persoon onder toezicht is 100 tot 200 m van waar de beschermde persoon 10 min geleden het laatst in rust is gezien; sindsdien is de beschermde persoon niet opnieuw gezien.',
  ],
  [
    'proximity-approach',
    { ...near, settledBy: 'victim', facts: { basis: heldSightingBasis, sightingGapMs: 600_000 } },
    'The victim is 100 to 200 m from where the offender was last seen at rest, 10 min ago; the offender has not been seen anew since.',
    'De beschermde persoon is 100 tot 200 m van waar de persoon onder toezicht 10 min geleden het laatst in rust is gezien; sindsdien is de persoon onder toezicht niet opnieuw gezien.',
  ],
  [
    'proximity-approach',
    { ...near, facts: { ...approach, coTravel: 'together' } },
    'The offender and the victim are 100 to 200 m apart, within the approach ring. Both travel the same way at the same pace. At this pace the ban is broken in about 4 min. Approach number 2 within a day.',
    'De persoon onder toezicht en de beschermde persoon naderen elkaar: 100 tot 200 m. Beiden reizen in dezelfde richting, even snel. In dit tempo wordt het verbod over ongeveer 4 min overtreden. Nadering nummer 2 binnen een dag.',
  ],
  [
    'proximity-approach',
    { ...near, facts: { coTravel: 'passing', secondsToBreach: 30.2 } },
    'The offender and the victim are 100 to 200 m apart, within the approach ring. They are passing each other at speed. At this pace the ban is broken in about 31 s.',
    'De persoon onder toezicht en de beschermde persoon naderen elkaar: 100 tot 200 m. De twee passeren elkaar met hoge snelheid. In dit tempo wordt het verbod over ongeveer 31 s overtreden.',
  ],
  [
    'panic',
    { facts: { wearerRole: 'victim', countedFromArrival: true, deviceClockAtMs: null } },
    'The victim pressed the panic button. It counts from its arrival: the time that came with it could not be used.',
    'De beschermde persoon heeft de noodknop ingedrukt. Dit telt vanaf de ontvangst: de meegezonden tijd was niet bruikbaar.',
  ],
  [
    'panic',
    { facts: { wearerRole: 'victim' } },
    'The victim pressed the panic button.',
    'De beschermde persoon heeft de noodknop ingedrukt.',
  ],
  [
    'panic',
    { facts: { wearerRole: null } },
    'The panic button of a device without a registered wearer was pressed.',
    'De noodknop van een apparaat zonder geregistreerde drager is ingedrukt.',
  ],
  [
    'device-tamper',
    { facts: { eventKind: 'strap-tamper', inOpenApproach: true, nearDanger: 'unknown' } },
    'The strap was cut or opened. The wearer is near a ban or the other person.',
    'De band is doorgesneden of geopend.',
  ],
  [
    'device-tamper',
    { facts: { eventKind: 'case-tamper', inOpenApproach: false, nearDanger: false } },
    'The case was opened. The wearer was last seen away from any ban.',
    'De behuizing is geopend.',
  ],
  [
    'device-tamper',
    { facts: { eventKind: 'jamming-suspected', nearDanger: 'unknown', hasProximityBan: true } },
    'The device suspects that its reception is being jammed. How near the wearer is to the other person is not known.',
    'Het apparaat vermoedt dat de ontvangst wordt gestoord.',
  ],
  [
    'device-tamper',
    { facts: { eventKind: 'link-lost', nearDanger: 'unknown', hasProximityBan: false } },
    'The parts of the device lost each other. Where the wearer is is not known.',
    'De delen van het apparaat hebben elkaar verloren.',
  ],
  [
    'device-silent',
    { facts: { ...silent, inOpenApproach: false } },
    "Nothing heard from the victim's device for 180 s; it reports every 60 s.",
    'Van het apparaat van de beschermde persoon is 180 s niets gehoord.',
  ],
  [
    'device-silent',
    { facts: { ...silent, wearerRole: 'offender', inOpenApproach: true } },
    'Nothing heard from the ankle monitor of the offender for 180 s, during an open approach.',
    'Van het apparaat van de persoon onder toezicht is 180 s niets gehoord.',
  ],
  [
    'protection-degraded',
    {
      facts: {
        offenderState: 'stale',
        victimState: 'too-seldom',
        fallbackLocationBanCount: 2,
        fallbackFixedAddressCount: 0,
      },
    },
    'The separation cannot be judged: the offender has no believed position that is recent enough, and the victim has a device that reports too seldom to judge a distance by. Its 2 location bans are still watched.',
    'De afstand tussen de twee kan niet worden beoordeeld: van minstens één is geen bruikbare positie bekend.',
  ],
  [
    'protection-degraded',
    {
      facts: {
        offenderState: 'held',
        victimState: 'no-device',
        fallbackLocationBanCount: 1,
        fallbackFixedAddressCount: 1,
      },
    },
    'The separation cannot be judged: the victim has no device. While the victim is not seen, the fixed addresses of the victim are watched.',
    'De afstand tussen de twee kan niet worden beoordeeld: van minstens één is geen bruikbare positie bekend.',
  ],
  [
    'position-unreliable',
    { facts: { wearerRole: 'offender' } },
    'The device reports, but none of its positions was believed for too long.',
    'Het apparaat van de persoon onder toezicht zendt, maar geen van de posities werd lang genoeg geloofd.',
  ],
  [
    'position-unreliable',
    { facts: { wearerRole: 'victim', heardWithoutPosition: true } },
    'The device is heard, but has sent no position for too long. Ask its wearer to go to a window or outside.',
    'Het apparaat van de beschermde persoon is te horen, maar zendt al te lang geen positie. Vraag de drager naar een raam of naar buiten te gaan.',
  ],
  [
    'position-unreliable',
    { facts: { wearerRole: 'victim', fault: 'clock-behind', clockBehindSeconds: 181 } },
    'The clock of the device is 3 min behind; the times it gives are corrected by that before anything is judged. Reports that are on their way for so long look the same.',
    'Het apparaat van de beschermde persoon heeft een klok die 3 min achterloopt; de tijden worden daarvoor gecorrigeerd voordat er iets wordt beoordeeld. Berichten die zo lang onderweg zijn, zien er hetzelfde uit.',
  ],
  [
    'location-ban-breach',
    { probability: 0.995, facts: { offenderClockBehindSeconds: 3_600 } },
    "The offender is inside the banned area (certain, probability over 99 %). The clock of the offender's device is 60 min behind; the time told is corrected.",
    'De persoon onder toezicht is in het verboden gebied (zeker, kans 99,5 %). De klok van het apparaat van de persoon onder toezicht loopt 60 min achter; de gemelde tijd is gecorrigeerd.',
  ],
  [
    'proximity-breach',
    { probability: 0.995, distanceMeters: 68, facts: { victimClockBehindSeconds: 21_600 } },
    "The offender and the victim are 50 to 100 m apart, closer than the order allows (certain, probability over 99 %). The clock of the victim's device is 6 h behind; the time told is corrected.",
    'De persoon onder toezicht en de beschermde persoon zijn 50 tot 100 m van elkaar, dichterbij dan is toegestaan (zeker, kans 99,5 %). De klok van het apparaat van de beschermde persoon loopt 6 uur achter; de gemelde tijd is gecorrigeerd.',
  ],
  [
    'protection-degraded',
    {
      facts: {
        offenderState: 'fresh',
        victimState: 'without-position',
        fallbackLocationBanCount: 0,
        fallbackFixedAddressCount: 0,
      },
    },
    'The separation cannot be judged: the victim has a device that is heard and sends no position. Ask the victim to go to a window or outside. The order has no location ban to fall back on.',
    'De afstand tussen de twee kan niet worden beoordeeld: van minstens één is geen bruikbare positie bekend. Het apparaat van de beschermde persoon is te horen, maar zendt geen positie: vraag naar een raam of naar buiten te gaan.',
  ],
  [
    'position-unreliable',
    { facts: { code: 'poison' } },
    'A report that was accepted could not be judged and has been set aside. What it would have shown is not known.',
    'Een aanvaarde meting kon niet worden beoordeeld en is apart gezet.',
  ],
  [
    'position-unreliable',
    { facts: { code: 'journal-altered', what: 'doubled' } },
    'What devices reported was taken away, added, doubled, exchanged or changed in the database. What they reported then is not sure. Have somebody find out who can write to the database; npm run reconcile names the rows.',
    'Wat toestellen meldden, is in de database weggehaald, toegevoegd, verdubbeld, verwisseld of gewijzigd. Wat toen is gemeld, staat niet vast. Laat nagaan wie in de database kan schrijven; npm run reconcile noemt de rijen.',
  ],
  [
    'battery-low',
    { priority: 'P3', facts: { wearerRole: 'offender' } },
    'The battery of the ankle monitor is low.',
    'De batterij van het apparaat van de persoon onder toezicht is bijna leeg.',
  ],
  [
    'battery-low',
    { priority: 'P2', facts: { wearerRole: 'victim' } },
    "The battery of the victim's device is nearly empty.",
    'De batterij van het apparaat van de beschermde persoon is bijna leeg.',
  ],
  [
    'vendor-silent',
    { facts: { overdueDeviceCount: 12 } },
    '12 devices of one vendor are silent together; their own alerts are held while this lasts, but for open approaches and breaches.',
    '12 apparaten van één leverancier zwijgen tegelijk.',
  ],
  [
    'order-without-device',
    { facts: { hasAssignedDevice: false } },
    'The order is in force and its offender has no ankle monitor: nothing of it is watched.',
    'De maatregel geldt en er is geen enkelband: niets ervan wordt bewaakt.',
  ],
  [
    'order-without-device',
    { facts: { hasAssignedDevice: true } },
    'The order is in force and the ankle monitor of its offender has never reported.',
    'De maatregel geldt en de enkelband heeft zich nog nooit gemeld.',
  ],
  [
    'order-without-device',
    { facts: { hasAssignedDevice: true, hasReportedBefore: true } },
    'The order is in force and the ankle monitor of its offender has not reported since it began.',
    'De maatregel geldt en de enkelband heeft zich sindsdien niet gemeld.',
  ],
  [
    'order-ending',
    { facts: { endsWithinHours: 12 } },
    'The order ends within 12 hours; decide on extension or end.',
    'De maatregel loopt af: beslis over verlengen of beëindigen.',
  ],
  [
    'order-ending',
    { facts: { endsWithinHours: 336 } },
    'The order ends within 14 days; decide on extension or end.',
    'De maatregel loopt af: beslis over verlengen of beëindigen.',
  ],
  [
    'order-ending',
    { facts: { endsWithinHours: null } },
    'The order has lapsed: nobody is told any more who enters its areas or comes near. ' +
      'Register its extension now, or confirm the stop.',
    'De maatregel is afgelopen: wie het gebied in gaat of nadert, wordt niet meer gemeld. ' +
      'Registreer nu de verlenging, of bevestig het einde.',
  ],
  [
    'detection-behind',
    { facts: { detectionBehindSecondsMax: 60 } },
    "Detection has not been up to date for more than 60 s. Until it is, nobody's protection is watched.",
    'De bewaking zelf was langer dan 60 s niet bij: tot dat weer zo is, wordt niemand bewaakt.',
  ],
  [
    'detection-behind',
    { facts: { cause: 'memory-unsaved' } },
    'Positions that came late have not been judged for more than ten minutes, because what detection remembers cannot be saved: what happened then is not known. What comes in time is judged. Somebody must make room on the disk, or look at the keys.',
    'Metingen die laat kwamen, zijn al meer dan tien minuten niet beoordeeld, omdat wat de bewaking onthoudt niet kan worden opgeslagen: wat er toen gebeurde, is niet bekend. Wat op tijd komt, wordt beoordeeld. Laat ruimte maken op de schijf, of de sleutels nakijken.',
  ],
  [
    'detection-behind',
    { facts: { cause: 'nobody-calls' } },
    'For more than a minute no part of this server has looked who must be called: what is detected is shown here, and nobody is called about it elsewhere, whoever does not answer. Look at this list yourself, and have the worker started again.',
    'Al meer dan een minuut kijkt geen deel van deze server wie moet worden gewaarschuwd: wat wordt gezien, staat hier, en daarbuiten wordt niemand gewaarschuwd, ook niet als niemand antwoordt. Let zelf op deze lijst en laat de worker opnieuw starten.',
  ],
  [
    'storage-low',
    { facts: { store: 'disk', hoursLeft: 3.6, freeBytes: 9e9 } },
    'The disk of the server is getting full, in about 4 hours. Once it is full, nothing more is taken in and nobody is watched.',
    'De schijf van de server raakt vol, over ongeveer 4 uur. Als die vol is, komt er niets meer binnen en wordt niemand bewaakt.',
  ],
  [
    'storage-low',
    { facts: { store: 'connections', hoursLeft: null, freeBytes: null } },
    'The connections of the database are nearly all in use. Once none is free, reports may not be taken in and alerts may not be shown.',
    'De verbindingen van de database zijn bijna allemaal in gebruik. Als er geen meer vrij is, komen meldingen van apparaten en alarmen mogelijk niet door.',
  ],
  [
    'storage-low',
    { facts: { store: 'sequences', hoursLeft: null, freeBytes: null } },
    'The numbers of a sequence of the database run out. Once they are used up, reports or alerts can no longer be stored.',
    'De nummers van een reeks in de database raken op. Als ze op zijn, kunnen meldingen van apparaten of alarmen niet meer worden opgeslagen.',
  ],
  [
    'sighting-reported',
    { facts: { kind: 'seen', minutesAgo: 4 } },
    'The protected person says the offender was seen 4 minutes before this was told.',
    'De beschermde persoon meldt: de persoon onder toezicht is gezien, 4 minuten voor deze melding.',
  ],
  [
    'sighting-reported',
    { facts: { kind: 'contacted', minutesAgo: 60 } },
    'The protected person says there was contact 60 minutes before this was told.',
    'De beschermde persoon meldt: er was contact, 60 minuten voor deze melding.',
  ],
  [
    'sighting-reported',
    { facts: { kind: 'other', minutesAgo: 0 } },
    'The protected person says something happened 0 minutes before this was told.',
    'De beschermde persoon meldt: er gebeurde iets, 0 minuten voor deze melding.',
  ],
  [
    'sighting-reported',
    { facts: { kind: 'other', minutesAgo: 1, hasEnded: true } },
    'The protected person says something happened 1 minutes before this was told. The order that protected them has ended: nobody forbids it now. Look whether that is right.',
    'De beschermde persoon meldt: er gebeurde iets, 1 minuten voor deze melding. De maatregel die deze persoon beschermde is geëindigd: niets verbiedt dit nu. Kijk of dat klopt.',
  ],
  [
    'case-unled',
    { facts: { caseCount: 3 } },
    '3 cases have no lead, no contact point, no stand-in for one of them, or no screening that is up to date. See the list of cases.',
    'In 3 zaken ontbreekt een casusregisseur, een aanspreekpunt, een vervanger of een geldige screening. Zie de lijst van zaken.',
  ],
  [
    'decision-waiting',
    { facts: { decisionCount: 2 } },
    'Decisions that came and were not carried out: 2. Whoever decided believes that they hold. See the list of decisions.',
    'Besluiten die binnenkwamen en niet zijn uitgevoerd: 2. Wie ze nam denkt dat ze gelden. Zie de lijst van besluiten.',
  ],
  [
    'move-unanswered',
    { facts: { questionCount: 2, hours: 25 } },
    'Somebody of this case has moved, and nobody has said what that means for its bans (2 questions, 25 hours). A ban may protect a place where nobody lives any more. See the questions of the case.',
    'Iemand in deze zaak is verhuisd, en niemand heeft gezegd wat dat voor de verboden betekent (2 vragen, 25 uur). Een verbod beschermt misschien een plaats waar niemand meer woont. Zie de vragen van de zaak.',
  ],
  [
    'plan-overtaken',
    { facts: {} },
    'A change of this order was to begin, and was not made: the order was changed otherwise since it was decided, or it cannot be made like this any more. Whoever decided it believes that it holds. Look at the order, and change it by hand.',
    'Een wijziging van deze maatregel zou ingaan en is niet gedaan: de maatregel is sinds het besluit anders gewijzigd, of het kan zo niet meer. Wie besloot denkt dat het geldt. Bekijk de maatregel en wijzig die met de hand.',
  ],
  [
    'end-unanswered',
    { facts: { askedCount: 2, days: 27 } },
    'Nobody has answered what is asked about this order (asked 2 times; it ends in 27 days). See its reminders, and decide.',
    'Niemand heeft geantwoord op wat over deze maatregel is gevraagd (2 keer gevraagd; nog 27 dagen tot het einde). Zie de vragen bij de maatregel, en beslis.',
  ],
  [
    'receipt-missing',
    { facts: { partner: 'mayor', act: 'reminded', minutes: 60 } },
    'Whoever decides about this order has not confirmed for 60 minutes that they know what is asked of them. Call them.',
    'Wie over deze maatregel beslist heeft al 60 minuten niet bevestigd te weten wat er wordt gevraagd. Bel.',
  ],
  [
    'receipt-missing',
    { facts: { partner: 'data-protection', act: 'glass-read', minutes: 60 } },
    'Whoever looks after the protection of data has not confirmed for 60 minutes that they know who looked where somebody is. Call them.',
    'De functionaris gegevensbescherming heeft al 60 minuten niet bevestigd te weten wie keek waar iemand is. Bel.',
  ],
  [
    'receipt-missing',
    { facts: { partner: 'police', act: 'imposed', minutes: 60 } },
    'The police have not confirmed for 60 minutes that they received this order as it is now. Call them.',
    'De politie heeft al 60 minuten niet bevestigd dat deze maatregel, zoals die nu is, is ontvangen. Bel.',
  ],
  [
    'receipt-missing',
    { facts: { partner: 'victim-information', act: 'ended', minutes: 120 } },
    'Whoever informs the protected person has not confirmed for 120 minutes that they received this order as it is now. Call them.',
    'Wie de beschermde persoon informeert heeft al 120 minuten niet bevestigd dat deze maatregel, zoals die nu is, is ontvangen. Bel.',
  ],
  [
    'protection-weakened',
    { facts: { act: 'suspendProtectionOrder', stage: 'proposed' } },
    'One person asks for less protection: an order is not watched for a while. A second person must confirm or refuse it; until then nothing changes.',
    'Een persoon vraagt om minder bescherming: een maatregel wordt een tijd niet bewaakt. Een tweede persoon moet dit bevestigen of weigeren; tot dan verandert er niets.',
  ],
  [
    'protection-weakened',
    { facts: { act: 'replaceEscalationLadder', stage: 'alone' } },
    'A token has weakened protection by itself: others are called, or later, when nobody answers. Nobody was asked. Find out who had it done, and put it back if nobody did.',
    'Een sleutel heeft zelf de bescherming verminderd: er wordt anders of later gebeld als niemand antwoordt. Niemand is iets gevraagd. Zoek uit wie dit liet doen, en zet het terug als niemand dat deed.',
  ],
  [
    'protection-weakened',
    { facts: { act: 'replaceEscalationLadder', stage: 'in-force' } },
    'In an emergency one person has weakened protection: others are called, or later, when nobody answers. A second person must confirm or refuse it now.',
    'In nood heeft een persoon de bescherming verminderd: er wordt anders of later gebeld als niemand antwoordt. Een tweede persoon moet dit nu bevestigen of weigeren.',
  ],
  [
    'protection-weakened',
    { facts: { act: 'somethingNew', stage: 'proposed' } },
    'One person asks for less protection: something is watched less. A second person must confirm or refuse it; until then nothing changes.',
    'Een persoon vraagt om minder bescherming: er wordt iets minder bewaakt. Een tweede persoon moet dit bevestigen of weigeren; tot dan verandert er niets.',
  ],
  [
    'order-unreadable',
    { facts: {} },
    'Somebody or something has changed this order where it is stored, or its key is gone: it cannot be read. Its bans may not be watched. Protect the people of it in another way, and have it restored or registered anew.',
    'Deze maatregel is in de opslag gewijzigd of de sleutel ervan ontbreekt: de maatregel is niet te lezen. De verboden ervan worden mogelijk niet bewaakt. Bescherm de betrokkenen op een andere manier en laat de maatregel herstellen of opnieuw registreren.',
  ],
  [
    'key-unreadable',
    { facts: { keyId: 'k1', keyScope: 'journal/2026-11-27', hasWaiting: true } },
    'A key does not open (journal/2026-11-27): its row was changed, or the master key is another one. Devices reported what waits for it and is not judged: watch their people in another way. Have the key put back; what waits is judged by itself then.',
    'Een sleutel is niet te gebruiken (journal/2026-11-27): de sleutel is gewijzigd, of de hoofdsleutel is een andere. Meldingen van toestellen wachten erop en worden niet beoordeeld: bewaak de betrokkenen op een andere manier. Laat de sleutel herstellen; wat wacht wordt dan vanzelf beoordeeld.',
  ],
  [
    'key-unreadable',
    { facts: { keyId: 'k1', keyScope: null, hasWaiting: false } },
    'A key does not open (k1): its row was changed, or the master key is another one. What was sealed with it cannot be read. Have the key put back.',
    'Een sleutel is niet te gebruiken (k1): de sleutel is gewijzigd, of de hoofdsleutel is een andere. Wat ermee is verzegeld, is niet te lezen. Laat de sleutel herstellen.',
  ],
  [
    'storage-low',
    { facts: { store: 'partitions', hoursLeft: null, freeBytes: null } },
    'The history has no partition for tomorrow. Nothing is lost and watching goes on, but a worker failed to make one: see its log.',
    'De geschiedenis heeft geen partitie voor morgen. Er gaat niets verloren en de bewaking gaat door, maar een worker kon er geen maken: zie het logboek.',
  ],
]

describe('the sentence of an alert', () => {
  it.each(told)(
    'the sentence of %s is as the desk reads it, from %j',
    (kind, known, english, dutch) => {
      const { facts = {}, ...more } = known
      expect(tellAlert(kind, facts, more)).toBe(english)
      expect(alertTraits[kind].sentence.dutch(matterOf(known))).toBe(dutch)
    },
  )

  it('the sentence of an alert is written out above for every kind', () => {
    expect(new Set(told.map(([kind]) => kind))).toEqual(new Set(alertKinds))
  })

  it.each(alertKinds)(
    'the sentence of %s is whole when an older version stored no facts',
    (kind) => {
      const sentences = [tellAlert(kind, {}), alertTraits[kind].sentence.dutch(matterOf({}))]
      for (const sentence of sentences) {
        expect(sentence).toMatch(/[.]$/)
        expect(sentence).not.toMatch(/undefined|null|NaN/)
      }
    },
  )

  it('the sentence of an alert never rounds a probability up to certainty or down to impossibility', () => {
    expect([0, 0.000_9, 0.5, 0.999, 0.999_1, 1].map(formatPercent)).toEqual([
      '< 0.1 %',
      '< 0.1 %',
      '50.0 %',
      '99.9 %',
      '> 99.9 %',
      '> 99.9 %',
    ])
  })
})

describe('the position of the victim', () => {
  it('the position of the victim is shown only where acting on the alert needs it', () => {
    expect(alertKinds.filter((kind) => alertTraits[kind].isVictimShown)).toEqual([
      'proximity-breach',
      'proximity-approach',
      'panic',
      'device-silent',
      'protection-degraded',
    ])
  })
})

function matterOf(known: Partial<AlertMatter>): AlertMatter {
  return {
    priority: 'P1',
    probability: null,
    distanceMeters: null,
    late: false,
    settledBy: null,
    facts: {},
    ...known,
  }
}
