// Pages as people use them, and nothing unexpected in any console.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { session } from './http.mjs';
import { ROOT } from './process.mjs';

export const OUTPUT = `${ROOT}/end2end/output`;
/** Widths that every page is looked at in. */
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 400, height: 800 };

/** What went wrong in a page, less what the test has provoked. */
class Complaints {
  constructor(page) {
    this.list = [];
    this.expected = [];
    const note = (text) => this.list.push(text);
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      // Without JavaScript nothing uses what is preloaded for scripts; whether a browser says so depends on how long the page stands.
      if (!page.hasScript && /^The resource \S+\/pkg\/\S+\.(js|wasm) was preloaded .* but not used/.test(message.text())) return;
      note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => note(`page error: ${error}`));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      // A page that is left breaks off what it had asked for; a browser without JavaScript refuses the script itself.
      const normal = why === 'net::ERR_ABORTED' || (why === 'csp' && !page.hasScript);
      if (!normal) note(`request failed: ${request.method()} ${request.url()} ${why}`);
    });
    page.on('crash', () => note('the page crashed'));
  }

  unexpected() {
    return this.list.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
  }
}

/**
 * Listens to what goes wrong in a page.
 *
 * `page.expectErrors(/…/)` allows what a test provokes; `page.complaints.unexpected()` must be empty in the end.
 */
export async function observe(page, hasScript = true) {
  page.hasScript = hasScript;
  page.complaints = new Complaints(page);
  page.expectErrors = (...patterns) => page.complaints.expected.push(...patterns);
  if (page.hasScript) {
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
  }
  return page;
}

/** Waits until the page is live. */
export async function hydrated(page) {
  if (page.hasScript) await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}

/** Loads a page of ours. */
export async function go(page, path) {
  const answer = await page.goto(path);
  const type = answer?.headers()['content-type'] ?? '';
  if (answer?.status() === 200 && type.startsWith('text/html')) await hydrated(page);
  return answer;
}

/** Signs in by the form. */
export async function signIn(page, email, password = 'demo') {
  if (new URL(page.url(), 'http://x').pathname !== '/sign-in') await go(page, '/sign-in');
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await Promise.all([page.waitForURL((url) => url.pathname !== '/sign-in'), page.getByRole('button', { name: 'Sign in' }).click()]);
  await hydrated(page);
}

/** Is signed in, without the form. */
export async function signedIn(page, stack, email) {
  const [name, value] = (await session(stack, email)).split('=');
  // Browsers take http on loopback for secure; whoever sets cookies from outside has to say so.
  await page.context().addCookies([{ name, value, url: stack.url.replace('http:', 'https:'), httpOnly: true, sameSite: 'Lax' }]);
}

/** Waits until nothing moves any more: colours in the middle of a transition have a contrast of their own. */
async function still(page) {
  if (!page.hasScript) return;
  await page.evaluate(() => {
    const passing = document.getAnimations().filter((animation) => animation.effect?.getTiming().iterations !== Infinity);
    return Promise.all(passing.map((animation) => animation.finished.catch(() => {})));
  });
}

/** No violation of any rule of axe, in light and in dark. */
export async function axe(page, schemes = ['light', 'dark']) {
  // A page without scripts has no timers either, only promises: what axe puts off to the next turn runs as one, and what it waits for
  // at most does not end.
  if (!page.hasScript) await page.evaluate(() => (window.setTimeout = (then, after = 0) => void (after === 0 && Promise.resolve().then(then))));
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    await still(page);
    // Legacy means without a second page for what is in frames; we have no frames. Of what is in order nothing needs to be told.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] }).analyze();
    const said = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n')}`);
    assert.equal(said.join('\n'), '', `axe, ${colorScheme}, ${page.url()}`);
  }
}

/** A page never scrolls sideways; what is wider scrolls within itself. */
export async function fits(page) {
  const { wide, shown } = await page.evaluate(() => {
    const { scrollWidth: wide, clientWidth: shown } = document.documentElement;
    return { wide, shown };
  });
  assert.ok(wide <= shown, `${page.url()} is ${wide} px wide in a window of ${shown} px`);
}

/** That the page fits, wide and narrow; and with PICTURES=1 pictures of it, in light and dark, in end2end/output. Nobody but people looks at them. */
export async function screenshot(page, name, { viewports = { 1440: WIDE, 400: NARROW }, schemes = ['light', 'dark'], fullPage = true } = {}) {
  for (const [width, viewport] of Object.entries(viewports)) {
    await page.setViewportSize(viewport);
    await fits(page);
    for (const colorScheme of process.env.PICTURES ? schemes : []) {
      await page.emulateMedia({ colorScheme });
      await still(page);
      await page.screenshot({ path: `${OUTPUT}/${name}-${width}-${colorScheme}.png`, fullPage });
    }
  }
  await page.setViewportSize(WIDE);
}
