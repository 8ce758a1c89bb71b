import type { Page } from 'playwright-core'

/**
 * Plays the list to a page as it stands, so many times over that it has `count` incidents; each
 * with a reference of its own, `row 0` and so on.
 */
export async function playManyIncidents(page: Page, origin: string, count: number): Promise<void> {
  const list = (await (await page.request.get(`${origin}/v1/incidents`)).json()) as {
    readonly items: readonly { readonly alerts: readonly object[] }[]
  }
  const items = Array.from({ length: count }, (_, place) => {
    const incidentId = idOf(place)
    const item = list.items[place % list.items.length]
    const alerts = item?.alerts.map((alert, at) => ({ ...alert, id: idOf(place, at), incidentId }))
    return { ...item, incidentId, alerts, protectionOrderReference: `row ${place}` }
  })
  await page.route('**/v1/incidents', async (route) => {
    const body = JSON.stringify({ ...list, items })
    await route.fulfill({ body, contentType: 'application/json' })
  })
}

function idOf(place: number, at = 0): string {
  return `00000000-0000-4000-8000-${String(place * 10 + at).padStart(12, '0')}`
}
