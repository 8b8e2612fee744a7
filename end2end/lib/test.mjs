// `test` of Playwright Test, with the product under it: a stack for each file, pages that may not complain, and what a failure left behind.
import { expect, test as base } from '@playwright/test';
import { observe } from './browser.mjs';
import { Stack } from './stack.mjs';

/** What a worker of Playwright keeps from test to test: the stack of the file it is at, and that stack's browser contexts. */
class Kept {
  contexts = new Map();

  /** The stack of a file: started for its first test, stopped when another file begins. */
  async stackOf(file, options) {
    if (this.file === file) return this.stack;
    const before = this.stop();
    this.file = file;
    try {
      this.stack = await Stack.start(options);
    } catch (error) {
      this.file = undefined;
      throw error;
    }
    await before;
    return this.stack;
  }

  /** A context that tests share, emptied of cookies: what a browser has fetched once it keeps. */
  async context(browser, options) {
    const key = JSON.stringify(options);
    const context = this.contexts.get(key) ?? (await browser.newContext());
    this.contexts.set(key, context);
    await context.clearCookies();
    return context;
  }

  async stop() {
    const [stack, contexts] = [this.stack, [...this.contexts.values()]];
    this.stack = this.file = undefined;
    this.contexts.clear();
    await Promise.all(contexts.map((context) => context.close()));
    await stack?.stop();
  }
}

export const test = base.extend({
  /** What the file's stack is started with, see `Stack.start`. Of the whole file, so: `test.use` at its top. */
  stackOptions: [{}, { option: true }],
  /** Whether each test has a context of its own, because it does something to it that stays, such as stopping the clock. */
  ownContext: [false, { option: true }],

  kept: [async ({}, use) => {
    const kept = new Kept();
    await use(kept);
    await kept.stop();
  }, { scope: 'worker', timeout: 60_000 }],

  stack: [async ({ kept, stackOptions }, use, testInfo) => {
    const stack = await kept.stackOf(testInfo.file, stackOptions);
    await use(stack);
    if (testInfo.errors.length > 0) console.log(stack.log());
  }, { timeout: 90_000 }],
  database: ({ stack }, use) => use(stack.database),
  baseURL: ({ stack }, use) => use(stack.url),

  // Options of the browser that a file or a test sets are those of its context; two that differ share none.
  context: async ({ kept, browser, ownContext, javaScriptEnabled, timezoneId, locale, viewport, deviceScaleFactor }, use) => {
    if (!ownContext) {
      await use(await kept.context(browser, { javaScriptEnabled, timezoneId, locale, viewport, deviceScaleFactor }));
      return;
    }
    const context = await browser.newContext();
    await use(context);
    await context.close();
  },

  /** The pages of a test. In the end none may have complained of anything that the test did not provoke. */
  pages: async ({}, use, testInfo) => {
    const pages = [];
    await use(pages);
    const complaints = pages.flatMap((page) => page.complaints.unexpected());
    if (complaints.length > 0 && testInfo.errors.length === 0) {
      for (const [at, page] of pages.entries()) {
        const path = testInfo.outputPath(`complaint-${at + 1}.png`);
        await page.screenshot({ path, fullPage: true, timeout: 5000 }).catch((error) => console.log(`no picture: ${error.message}`));
      }
    }
    // Softly, so that the pages are closed, and their trace is kept, as after any other failure.
    expect.soft(complaints, 'the console is clean').toEqual([]);
    if (testInfo.errors.length > 0) console.log(pages.map((page) => `at ${page.url()}`).join('\n'));
    await Promise.allSettled(pages.map((page) => page.close()));
  },

  /** A page of the context that is signed in as nobody. */
  page: async ({ context, pages, javaScriptEnabled }, use) => {
    const page = await observe(await context.newPage(), javaScriptEnabled);
    pages.push(page);
    await use(page);
  },

  /** Makes pages of somebody else, in a context of their own: `another({ javaScriptEnabled: false })`. */
  another: async ({ browser, pages }, use, testInfo) => {
    const contexts = [];
    await use(async (options = {}) => {
      const { javaScriptEnabled, timezoneId } = { javaScriptEnabled: true, timezoneId: testInfo.project.use.timezoneId, ...options };
      const context = await browser.newContext({ ...options, javaScriptEnabled, timezoneId });
      contexts.push(context);
      const page = await observe(await context.newPage(), javaScriptEnabled);
      pages.push(page);
      return page;
    });
    await Promise.allSettled(contexts.map((context) => context.close()));
  },
});
