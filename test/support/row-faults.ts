import type { Page } from 'playwright-core'

/**
 * Begins to look at every row in each frame that is drawn: one whose edge, mark, word or ground has
 * not the colour of the priority that it says. What it found is asked with `rowFaultsOf`.
 */
export async function watchRowColours(page: Page): Promise<void> {
  await page.evaluate(lookAtRows)
}

export async function rowFaultsOf(page: Page): Promise<{
  readonly faults: readonly string[]
  readonly rowCount: number
}> {
  return await page.evaluate(`({ faults: [...rowFaults], rowCount: rowsLookedAt })`)
}

const lookAtRows = `(() => {
  globalThis.rowFaults = new Set()
  globalThis.rowsLookedAt = 0
  const probe = document.body.appendChild(document.createElement('i'))
  const colourOf = (name) => {
    probe.style.color = 'var(' + name + ')'
    return getComputedStyle(probe).color
  }
  const tones = Object.fromEntries(['p1', 'p2', 'p3'].map((one) => [one, colourOf('--' + one)]))
  const grounds = { p1: colourOf('--p1-ground'), p2: colourOf('--p2-ground'), p3: colourOf('--ground') }
  const calm = colourOf('--ground')
  const saidBy = (row) => {
    const text = row.textContent
    if (!row.matches('.group')) return (/^\\S(P[123]) /.exec(text) ?? ['', ''])[1].toLowerCase()
    const counts = [...text.matchAll(/(P[123]) (\\d+)/g)]
    return (counts.find(([, , count]) => Number(count) > 0) ?? ['', ''])[1].toLowerCase()
  }
  const look = () => {
    for (const row of document.querySelectorAll('.row')) {
      rowsLookedAt += 1
      const said = saidBy(row)
      const box = row.querySelector('a, button')
      const isCalling = row.matches('.unanswered')
      const seen = {
        edge: [getComputedStyle(box).borderLeftColor, tones[said]],
        ground: [getComputedStyle(box).backgroundColor, isCalling ? grounds[said] : calm],
      }
      if (!row.matches('.group')) {
        seen.word = [getComputedStyle(row.querySelector('strong')).color, tones[said]]
        seen.mark = [getComputedStyle(row.querySelector('.shape')).color, tones[said]]
        const mark = { p1: '●', p2: '▲', p3: '■' }[said]
        seen.shape = [row.querySelector('.shape').textContent, mark]
      }
      for (const [part, [is, must]] of Object.entries(seen))
        if (is !== must) rowFaults.add(part + ' of a row that says ' + said + ' (' + row.className + '): ' + is + ', not ' + must)
    }
    requestAnimationFrame(look)
  }
  look()
})()`
