/** Styles of the report; also those of its drawings. */
export const pageStyle = `
body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:1100px;padding:0 1rem;color:#1c2430;background:#fff}
table{border-collapse:collapse;margin:.6rem 0;font-size:.88rem}th,td{border-bottom:1px solid #d5dbe3;padding:.3rem .6rem;text-align:left;vertical-align:top}
tr.met td:last-child{color:#14683a}tr.not-met td:last-child{color:#a5182a;font-weight:600}tr.chosen{background:#eef3fa}
.figures{display:flex;flex-wrap:wrap;gap:1.2rem}figure{margin:0;max-width:420px}figcaption{font-weight:600;font-size:.9rem;overflow-wrap:anywhere}
svg{width:100%;height:auto;background:#f8f9fb;border:1px solid #d5dbe3}svg text{font-size:11px;fill:#3b4656}
.axis{fill:none;stroke:#8b95a3}.plot polyline{fill:none;stroke-width:2}polyline.tuning{stroke:#1f5fbf}polyline.held-out{stroke:#a35a00;stroke-dasharray:6 4}
circle.tuning{fill:#1f5fbf}circle.held-out{fill:#a35a00}
.ban{fill:#d22f3f22;stroke:#b3202f;stroke-width:1.5}.truth{fill:none;stroke:#1b8a4b;stroke-width:2}.scale{stroke:#1c2430;stroke-width:2}
.accuracy{fill:#1f5fbf14;stroke:#1f5fbf55}.accuracy.victim{fill:#7a2fb314;stroke:#7a2fb355}.fix{fill:#1f5fbf}.fix.victim{fill:#7a2fb3}.alert{fill:#e08a00;stroke:#5e3a00}
#in-dutch:checked~main [lang=en],#in-english:checked~main [lang=nl]{display:none}
`
