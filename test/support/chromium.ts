import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import type { Availability } from './available.js';

const usualPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine: the one that INQUEST_TEST_CHROMIUM names, else one where packages put it. */
export function chromiumHere(): Availability & { readonly path: string } {
  const named = process.env.INQUEST_TEST_CHROMIUM;
  const path = (named === undefined ? usualPaths : [named]).find((usual) => existsSync(usual));
  return path === undefined
    ? { available: false, reason: `no Chromium at ${named ?? usualPaths.join(' or ')}`, path: '' }
    : { available: true, path };
}

/** Starts it without a window, asking nobody but the pages it is sent to. Close it when done. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumHere().path,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
