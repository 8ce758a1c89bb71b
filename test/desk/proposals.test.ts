import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRecordKey, publicPem } from '../../src/record-key.ts'
import { createRecordSealer } from '../../workers/seal-record.ts'
import { runCommand } from '../replay/run-command.ts'
import { browserSkipNote, isBrowserMissing } from '../support/browser.ts'
import { openDeskWorld, type DeskWorld } from '../support/desk-world.ts'
import { accessFaultsOf } from '../support/page-faults.ts'
import { proveFor } from '../support/signed-in.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

describe.skipIf(isBrowserMissing)(`What waits for a second person${browserSkipNote}`, () => {
  let world: DeskWorld
  beforeAll(async () => {
    world = await openDeskWorld()
  })
  afterAll(() => world?.close())

  it('a suspension waits, whoever asked cannot confirm it, and another one refuses it', async () => {
    const { orderId } = await world.registerOrder('09/300300-26')
    const one = await world.openDesk('supervisor')
    await askToSuspend(one.page, `${world.origin}/desk#/register/orders/${orderId}`)
    await one.page.getByRole('link', { name: 'Tweede persoon' }).click()
    await one.page.getByText('door u').waitFor()
    expect(await one.page.locator('summary', { hasText: 'Bevestig' }).count()).toBe(0)
    const other = await world.openDesk('supervisor')
    await other.page.goto(`${world.origin}/desk#/proposals`)
    await other.page.locator('summary', { hasText: 'Bevestig' }).waitFor()
    await other.page.getByText('Stand: van kracht → opgeschort').waitFor()
    expect(await accessFaultsOf(other.page)).toEqual([])
    const refusal = other.page.locator('details', { hasText: 'Weiger' })
    await refusal.locator('summary').click()
    await refusal.getByLabel('Waarom').fill('Eerst overleg.')
    await refusal.getByRole('button').click()
    await other.page.getByText('Niets wacht.').first().waitFor()
    const order = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
    expect(order.body['status']).toBe('active')
    await one.context.close()
    await other.context.close()
  })

  it('what one asked and another confirmed is checked by an auditor without a server, and an edit by the owner of the database is found', async () => {
    const { orderId } = await world.registerOrder('09/300301-26')
    const one = await world.openDesk('supervisor')
    await askToSuspend(one.page, `${world.origin}/desk#/register/orders/${orderId}`)
    const other = await world.openDesk('supervisor')
    await other.page.goto(`${world.origin}/desk#/proposals`)
    const { body } = await world.call('supervisor', 'GET', '/v1/proposals?status=open')
    const [{ id: proposalId }] = body['items'] as [{ readonly id: string }]
    const now = { database: world.database, clock: { timeMs: Date.now() } }
    await proveFor(now, other, `confirmProposal ${proposalId}`)
    const confirm = other.page.locator('details', { hasText: 'Bevestig' }).first()
    await confirm.locator('summary').click()
    await confirm.getByRole('button', { name: 'Bevestig' }).click()
    await waitUntil('it is suspended', async () => {
      const order = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)
      return order.body['status'] === 'suspended'
    })

    const folder = mkdtempSync(join(tmpdir(), 'hoede-auditor-'))
    try {
      const key = await openRecordKey(null, folder)
      const heads = join(folder, 'heads.txt')
      const { pool } = world.database
      const sealing = { pool, log: createSilentLog(), key, witnessUrl: null }
      await createRecordSealer({ ...sealing, witnessPath: heads })()
      writeFileSync(join(folder, 'public.pem'), publicPem(key))
      const auditor = await world.openDesk('auditor')
      // An empty desk would look as if nothing were open.
      await auditor.page.getByText('Uw rol mag dit onderdeel niet gebruiken').waitFor()
      const check = async () => {
        const answer = await auditor.context.request.get(`${world.origin}/v1/audit-export`)
        const text = await answer.text()
        writeFileSync(join(folder, 'export.ndjson'), text)
        const files = ['--key', 'public.pem', '--heads', heads, '--verify', 'export.ndjson']
        return { text, ...(await runCommand('src/audit-main.ts', files, folder)) }
      }
      const whole = await check()
      expect(whole).toMatchObject({ code: 0, stderr: '' })
      const bodies = whole.text.split('\n').flatMap((line) => {
        const { body } = JSON.parse(line === '' ? '{}' : line) as { readonly body?: string }
        return body === undefined ? [] : [Buffer.from(body, 'base64').toString('utf8')]
      })
      for (const { staffId } of [one, other])
        expect(
          bodies.filter((body) => body.includes(staffId) && body.includes(orderId)),
        ).not.toEqual([])
      // What refuses it is taken away first, as an owner can.
      await pool.query(
        `alter table audit_entries disable trigger all;
         update audit_entries
            set body = convert_to(replace(convert_from(body, 'UTF8'), '${other.staffId}', '${one.staffId}'), 'UTF8')`,
      )
      expect((await check()).code).toBe(1)
      await auditor.context.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
    await one.context.close()
    await other.context.close()
  })
})

async function askToSuspend(page: Page, url: string): Promise<void> {
  await page.goto(url)
  const suspend = page.locator('.operations details', { hasText: 'Schort op' })
  await suspend.locator('summary').click()
  await suspend.getByLabel('Waarom').fill('Opname in het ziekenhuis.')
  await suspend.getByRole('button').click()
  await page.getByText('Voorgesteld.').waitFor()
}
