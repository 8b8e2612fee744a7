// How the stories are run: `make end-to-end`, `cargo leptos end-to-end`, or in this folder `npx playwright test [part of a file name…]`,
// with `--shard=1/3` on one machine of three.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  // Pictures, and what failed tests left: traces (`npx playwright show-trace …`) and screenshots.
  outputDir: 'output',
  globalSetup: './lib/setup.mjs',
  // A file has a stack of its own, and its tests follow each other on it; files do not know of each other.
  fullyParallel: false,
  workers: 2,
  // What fails once has failed.
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  reporter: 'list',
  reportSlowTests: { max: 0, threshold: 1000 },
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    },
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    actionTimeout: 20_000,
    navigationTimeout: 20_000,
    trace: 'retain-on-failure',
    screenshot: { mode: 'only-on-failure', fullPage: true },
  },
});
