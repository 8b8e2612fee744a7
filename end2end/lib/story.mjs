// A test file: one stack, one browser, and tests that each get a page of their own.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { OUTPUT, launch, open } from './browser.mjs';
import { ROOT } from './process.mjs';
import { Stack } from './stack.mjs';

/**
 * Call once per file. Returns what tests use: `it(name, async ({page, stack, browser}) => …, options)`.
 *
 * @param {object | (() => Promise<object>)} options of `Stack.start`, or what makes them
 */
export function story(options = {}) {
  const shared = {};
  before(async () => {
    const start = async () => Stack.start(typeof options === 'function' ? await options() : options);
    [shared.stack, shared.browser] = await Promise.all([start(), launch()]);
  });
  after(async () => {
    await Promise.allSettled([shared.browser?.close(), shared.stack?.stop()]);
  });

  /** `context`: options of the browser's context, such as `{javaScriptEnabled: false}`. */
  function it(name, body, { context = {}, ...more } = {}) {
    test(name, { timeout: 120_000, ...more }, async () => {
      const { stack, browser } = shared;
      const pages = [];
      const another = async (options = context) => {
        const page = await open(browser, stack, options);
        pages.push(page);
        return page;
      };
      try {
        const page = await another();
        await body({ page, another, stack, browser, database: stack.database });
        for (const page of pages) assert.deepEqual(page.complaints.unexpected(), [], 'the console is clean');
      } catch (error) {
        await evidence(name, pages, stack, error);
        throw error;
      } finally {
        await Promise.allSettled(pages.map((page) => page.context().close()));
      }
    });
  }
  return it;
}

/** What somebody needs who was not there. */
async function evidence(name, pages, stack, error) {
  mkdirSync(OUTPUT, { recursive: true });
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 80);
  const said = [];
  for (const [at, page] of pages.entries()) {
    const path = `end2end/output/failed-${slug}-${at}.png`;
    said.push(`at ${page.url()}, see ${path}`, ...page.complaints.unexpected());
    // The page may be what failed.
    await page.screenshot({ path: `${ROOT}/${path}`, fullPage: true, timeout: 5000 }).catch((why) => said.push(`no picture: ${why.message}`));
  }
  error.stack = `${error.stack}\n\n${said.join('\n')}\n${stack.log()}`;
}
