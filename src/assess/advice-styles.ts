/** How the advice looks, on a screen and on paper. */
export const pageStyles = `<style>
@page{size:A4;margin:12mm 14mm}
body{font:11pt/1.4 system-ui,sans-serif;color:#111;background:#fff;margin:0}main{max-width:190mm;margin:0 auto;padding:6mm}
h1{font-size:17pt;margin:.2em 0}h2{font-size:12.5pt;margin:1em 0 .3em;break-after:avoid}.voor{font-weight:bold;border:1px solid #111;padding:.3em .6em;margin:0}
.zaak{margin:.2em 0}.oordeel{border-left:6px solid #555;padding:.4em .8em;background:#f3f3f3;margin:.6em 0}.NOT_ENFORCEABLE{border-color:#8c1d18}.ENFORCEABLE{border-color:#1b5e20}.ENFORCEABLE_WITH_LIMITS,.NOT_KNOWN{border-color:#7a4f00}
figure{margin:.6em 0;break-inside:avoid}.kaart{width:100%;height:auto;display:block}figcaption{font-size:9pt}
.schuif{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:9.5pt}caption{text-align:left;font-size:9pt;padding-bottom:.2em}th,td{border:1px solid #777;padding:.2em .45em;text-align:left;vertical-align:top}thead th{background:#eee}tr,.heel,.tijden,.naast{break-inside:avoid}
.punten th[scope=row]{width:28%}.punten td:nth-child(2){white-space:nowrap;font-weight:bold}.klein{font-size:9.5pt}.tijden tbody th,.tijden td:not(:last-child){white-space:nowrap}.tijden td:last-child{width:38%}.naast th[scope=row]{width:20%}.naast td:nth-child(4){min-width:5em}.schuif+.schuif{margin-top:.7em}.red{color:#8c1d18}.amber{color:#6b4500}.green{color:#1b5e20}.not-assessed{color:#333}
ul{font-size:9.5pt;margin:.2em 0;padding-left:1.2em}
.terug{columns:2;column-gap:8mm}.terug li{break-inside:avoid}
@media screen{.naast{font-size:9pt}.naast th,.naast td{padding:.2em .3em}}
@media print{.schuif{overflow:visible}main{max-width:none;padding:0 .4mm}body{font-size:9pt;line-height:1.3}h1{font-size:14pt}h2{font-size:11pt;margin:.7em 0 .2em}p{margin:.35em 0}table,ul,.klein{font-size:8pt}th,td{padding:.12em .4em}.kaart{max-height:100mm}}
</style>`

/** On a narrow screen a table is moved by itself, with a finger or the keys. */
export function scrolling(label: string): string {
  return `<div class="schuif" role="region" tabindex="0" aria-label="${label}">`
}
