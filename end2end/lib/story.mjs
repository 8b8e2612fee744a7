// A test file: one stack, one browser, and tests that each get a page of their own, signed in as nobody.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { OUTPUT, launch, open, profile } from './browser.mjs';
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

  /**
   * The page is of a profile that the tests of the file share, emptied of cookies: what a browser has fetched once it keeps.
   *
   * @param {object} context options of a profile of its own, such as `{javaScriptEnabled: false}`
   */
  function it(name, body, { context, ...more } = {}) {
    test(name, { timeout: 120_000, ...more }, async () => {
      const { stack, browser } = shared;
      const [pages, profiles] = [[], []];
      const another = async (options = {}) => {
        profiles.push(await profile(browser, stack, options));
        pages.push(await open(profiles.at(-1)));
        return pages.at(-1);
      };
      const common = async () => {
        shared.profile ??= await profile(browser, stack);
        await shared.profile.clearCookies();
        pages.push(await open(shared.profile));
        return pages[0];
      };
      try {
        const page = await (context ? another(context) : common());
        await body({ page, another, stack, browser, database: stack.database });
        for (const page of pages) assert.deepEqual(page.complaints.unexpected(), [], 'the console is clean');
      } catch (error) {
        await evidence(name, pages, stack, error);
        throw error;
      } finally {
        await Promise.allSettled([...pages.map((page) => page.close()), ...profiles.map((profile) => profile.close())]);
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
