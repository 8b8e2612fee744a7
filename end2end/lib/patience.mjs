// A page whose clock only the test moves, and what it asks for by itself.
import { sleep, until } from './process.mjs';

/** What pages ask for on a timer. */
export const POLLS = /\/_fn\/(runs_poll|run_poll|notifications_poll)(\?|$)/;

/**
 * Installs the clock and watches the requests that a pattern matches; while `hold` is set they are neither sent on nor refused, as by a
 * network that has lost them.
 */
export async function watch(page, pattern = POLLS) {
  await page.clock.install();
  const polls = { sent: 0, open: 0, most: 0, hold: false, held: [], bodies: [] };
  page.on('request', async (request) => {
    if (!pattern.test(request.url())) return;
    polls.sent += 1;
    polls.open += 1;
    // Of one that is broken off for another, it is told a moment after the other one has begun.
    await sleep(20);
    polls.most = Math.max(polls.most, polls.open);
  });
  for (const event of ['requestfinished', 'requestfailed']) page.on(event, (request) => pattern.test(request.url()) && (polls.open -= 1));
  page.on('response', async (answer) => pattern.test(answer.url()) && polls.bodies.push(await answer.text().catch(() => '')));
  await page.route(pattern, (route) => (polls.hold ? polls.held.push(route) : route.continue()));
  return polls;
}

/** From here on only the test moves the page's clock, until it is told to go on: however slow the machine is, no time passes. */
export async function stand(page) {
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 500);
}

/** Lets the page's clock run, second by second, with what comes of each; what is held stays open. */
export async function pass(page, polls, seconds) {
  for (let rest = seconds; rest > 0; rest -= 1) {
    await page.clock.runFor(Math.min(rest, 1) * 1000);
    await sleep(20);
    if (!polls.hold) await until('the answers are there', () => polls.open === 0);
  }
  await sleep(20);
}

/** Hides the tab, or shows it. */
export async function hide(page, hidden) {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);
}

/** The network is back, the window comes to the front. */
export const tell = (page, event) => page.evaluate((event) => window.dispatchEvent(new Event(event)), event);
