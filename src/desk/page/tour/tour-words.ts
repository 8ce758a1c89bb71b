import { language } from '../words/words.ts'

/** The texts of the tour along one alert. */
export function tourWords(): TourWords {
  return language.value === 'nl' ? nl : en
}

type TourWords = typeof nl

const nl = {
  name: 'Rondleiding',
  start: 'Nieuw hier? Rondleiding langs één melding',
  place: 'stap {n} van {count}',
  next: 'Verder',
  openFirst: 'Open eerst een regel van de lijst.',
  back: 'Terug',
  end: 'Stop de rondleiding',
  done: 'gedaan',
  steps: {
    list: 'Links staat wat open is, het dringendste boven: ● P1 vraagt nu om iemand, ▲ P2 met spoed, ■ P3 staat op de lijst. Rechts op een regel staat hoe lang al, en bij wie. Open de bovenste regel.',
    what: 'Bovenaan de zaak: wat er gebeurt in één zin, sinds wanneer, en of het doorgaat. Hoe zeker het is staat er als woord; het getal waar dat woord voor staat, staat nooit alleen.',
    take: 'Neem de melding over: druk a of klik op de knop. Iedereen ziet dan dat u het doet, en u ziet wat alleen wie het behandelt mag zien. Staat de knop er niet, dan heeft iemand de melding al.',
    steps:
      'Wat te doen, in volgorde, met klokken die aflopen. Wat nu aan de beurt is staat gemarkeerd. Twee toetsen: 1 opent de eerste stap, een cijfer daarna kiest de uitkomst. In deze demo belt u niemand echt.',
    map: 'Het verboden gebied, het spoor van het laatste uur, en om elke positie een cirkel: met kans 68 % daarbinnen. Hol is betwijfeld, gestreept is onbekend. Schuif de tijd terug, of lees alles in de tabel eronder.',
    diary: 'Elke handeling staat in het dagboek, met naam en tijd. Druk n voor een notitie.',
    close:
      'Sluiten: druk c, kies een uitkomst en schrijf waarom. Gaat het nog door, dan komt de melding terug: de pagina zegt wanneer.',
    handOver:
      'Aan het eind van de dienst: Overdracht. Wat openstaat krijgt een eigenaar; zolang iets van niemand is kan de dienst niet dicht.',
  },
}

const en: TourWords = {
  name: 'Tour',
  start: 'New here? A tour along one alert',
  place: 'step {n} of {count}',
  next: 'Next',
  openFirst: 'Open a line of the list first.',
  back: 'Back',
  end: 'End the tour',
  done: 'done',
  steps: {
    list: 'On the left is what is open, the most urgent on top: ● P1 asks for somebody now, ▲ P2 with haste, ■ P3 is on the list. A line says for how long, and who has it. Open the top line.',
    what: 'On top of the case: what happens in one sentence, since when, and whether it goes on. How sure it is stands there as a word; the number that the word stands for never stands alone.',
    take: 'Take the alert: press a or click the button. Everybody then sees that you do it, and you see what only whoever handles it may see. Without a button somebody has it already.',
    steps:
      'What to do, in order, with clocks that run down. What is next is marked. Two keys: 1 opens the first step, a digit after it picks the outcome. In this demo you call nobody.',
    map: 'The banned area, the track of the last hour, and a circle around each position: inside it with 68 %. Hollow is doubted, dashed is unknown. Slide the time back, or read all of it in the table below.',
    diary: 'Every act is in the diary, with name and time. Press n for a note.',
    close:
      'Closing: press c, pick an outcome and write why. If it still goes on, the alert comes back: the page says when.',
    handOver:
      'At the end of the shift: Hand-over. What is open gets an owner; while anything is nobody’s the shift cannot be closed.',
  },
}
