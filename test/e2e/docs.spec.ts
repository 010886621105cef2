import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { describeWith } from '../support/available.js';
import { chromiumHere, launchChromium } from '../support/chromium.js';
import { startWelcoming, type Welcome } from '../support/standalone.js';

describeWith(chromiumHere(), 'the documentation in a browser', () => {
  let data: string;
  let inquest: Welcome;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'inquest-docs-'));
    inquest = await startWelcoming('--data', data, '--empty');
    browser = await launchChromium();
    page = await browser.newPage();
    // What the page's policy forbids is a console error too.
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
    await page.goto(inquest.docs);
  });
  afterAll(async () => {
    await browser?.close();
    await inquest?.stop();
    await rm(data, { recursive: true, force: true });
  });

  test('signs in who enters what the start has printed', async () => {
    await page.locator('.auth-wrapper .authorize').click();
    const demo = page.locator('.auth-container', { hasText: 'demo (OAuth2, password)' });
    await demo.locator('#oauth_username').fill(inquest.username);
    await demo.locator('#oauth_password').fill(inquest.password);
    await demo.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
    await demo.getByRole('button', { name: 'Remove authorization' }).waitFor();
    await demo.getByRole('button', { name: 'Close' }).click();
  });

  test('carries out a command with the example it offers, and shows the receipt', async () => {
    const command = await opened('OpenInvestigation');
    await command.getByRole('button', { name: 'Try it out' }).click();
    await command.getByRole('button', { name: 'Execute' }).click();
    const live = command.locator('.live-responses-table .response');
    expect(await live.locator('.response-col_status').textContent()).toContain('201');
    const receipt: unknown = JSON.parse(
      (await live.locator('.highlight-code code').first().textContent()) ?? '',
    );
    expect(receipt).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      stream: expect.stringMatching(/^investigation-/),
      revision: 0,
      position: '1',
      eventIds: [expect.any(String)],
    });
  });

  test('leads to the page of public events, which leads to each of them', async () => {
    const link = page.getByRole('link', { name: 'the page of events' });
    await page.goto(new URL((await link.getAttribute('href')) ?? '', inquest.docs).href);
    await page.getByRole('link', { name: 'EvidenceLinked' }).click();
    const event = page.locator('article', { has: page.locator('#EvidenceLinked') });
    expect(await event.locator('th code').allTextContents()).toContain('evidenceId');
    await event.locator('summary').click();
    expect(await event.locator('pre').isVisible()).toBe(true);
    expect(await event.locator('pre').textContent()).toContain('ce_type: EvidenceLinked');
  });

  test('without a complaint of the browser', () => expect(complaints).toEqual([]));

  async function opened(operation: string): Promise<Locator> {
    const block = page.locator(`[id$="-${operation}"]`);
    if (!(await block.isVisible())) await page.locator('#operations-tag-investigations').click();
    await block.locator('.opblock-summary-control').click();
    return block;
  }
});
