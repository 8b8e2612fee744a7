// A day is the reader's, wherever they are, and the page says whose it is.
import assert from 'node:assert/strict';
import { axe, go, signIn } from '../lib/browser.mjs';
import * as hub from '../lib/hub.mjs';
import * as product from '../lib/product.mjs';
import { write } from '../lib/runs.mjs';
import { until } from '../lib/process.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });
const dayIn = (zone) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date());
const rowOf = (page, run) => hub.rows(page).filter({ has: page.locator(`a[href$="${run}"]`) });
const all = async (page) => (await page.getByRole('navigation', { name: 'Operations by state' }).getByRole('link', { name: /^All/ }).innerText()).split('\n').pop();

for (const zone of ['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu']) {
  test.describe(() => {
    test.use({ timezoneId: zone });

    test(`case period-is-utc-days: today in ${zone} holds what was started a moment ago, for everybody who gets the link`, async ({ page, another, database }) => {
      const run = write(database, { status: 'completed', outcome: 'failed', reason: 'graph.unreachable', ago: 37 });
      const today = dayIn(zone);
      await signIn(page, product.OPERATOR);
      await hub.open(page, 'Period');
      const period = hub.popover(page, 'Period');
      // Browsers and the database have two spellings of one of them.
      const spelled = zone === 'Asia/Kathmandu' ? /^Asia\/Kath?mandu$/ : new RegExp(`^${zone}$`);
      await period.getByText(/^Days in /).filter({ hasText: new RegExp(`Days in ${spelled.source.slice(1)}`) }).waitFor();
      await period.getByLabel('From', { exact: true }).fill(today);
      await page.waitForURL((url) => url.searchParams.get('from') === today && spelled.test(url.searchParams.get('zone')));
      await period.getByLabel('To', { exact: true }).fill(today);
      await page.waitForURL((url) => url.searchParams.get('to') === today);
      await hub.chips(page).getByText(`${today} to ${today}`, { exact: true }).waitFor();
      await hub.chips(page).getByText(spelled).waitFor();
      await rowOf(page, run).waitFor();
      await until('the number is that of the list', async () => (await all(page)) === String(await hub.rows(page).count()));
      const [count, link] = [await all(page), page.url()];
      await axe(page, ['light']);

      // The file of the same list.
      await page.keyboard.press('Escape');
      await hub.open(page, 'Export');
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'JSON Lines' }).click()]);
      const { readFileSync } = await import('node:fs');
      assert.equal(readFileSync(await download.path(), 'utf8').trimEnd().split('\n').length, Number(count));

      // Somebody elsewhere, and somebody without JavaScript.
      for (const options of [{ timezoneId: 'America/New_York' }, { javaScriptEnabled: false }]) {
        const colleague = await another(options);
        await signIn(colleague, 'manager@northwind.example');
        await go(colleague, link);
        await rowOf(colleague, run).waitFor();
        assert.equal(await all(colleague), count);
        await hub.chips(colleague).getByText(spelled).waitFor();
      }

      // The presets mean the same day.
      await hub.views(page).getByRole('link', { name: 'Failed today' }).click();
      await page.waitForURL((url) => url.searchParams.get('from') === '0d' && spelled.test(url.searchParams.get('zone')));
      await rowOf(page, run).waitFor();
      assert.deepEqual(await hub.views(page).locator('a[aria-current]').allInnerTexts(), ['Failed today']);
      await hub.open(page, 'Period');
      await page.getByRole('link', { name: 'Today', exact: true }).click();
      await page.waitForURL((url) => url.searchParams.get('from') === '0d' && spelled.test(url.searchParams.get('zone')));
    });
  });
}

test('case period-is-utc-days: without a zone days are UTC and the page says so; an unknown zone is an error and never UTC', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  await go(page, `${hub.HUB}?from=0d`);
  await hub.chips(page).getByText('UTC', { exact: true }).waitFor();
  await hub.open(page, 'Period');
  await hub.popover(page, 'Period').getByText('Days in UTC').waitFor();
  // The way to one's own.
  await hub.popover(page, 'Period').getByRole('link', { name: 'Take them as days in Europe/Berlin' }).click();
  await page.waitForURL((url) => url.searchParams.get('zone') === 'Europe/Berlin' && url.searchParams.get('from') === '0d');
  for (const zone of ['Mars/Olympus', 'europe/berlin', '+01:00', "'; drop table users; --"]) {
    await go(page, `${hub.HUB}?from=0d&zone=${encodeURIComponent(zone)}`);
    await hub.chips(page).getByText(`Time zone: “${zone}” is not known`, { exact: true }).waitFor();
    await page.getByText('Nothing can match').waitFor();
    assert.equal(await hub.rows(page).count(), 0);
  }
  // Another filter keeps it, and is no way around it.
  await hub.tick(page, 'Status', 'Failed');
  await page.waitForURL(/status=failed.*zone=/);
  await page.getByText('Nothing can match').waitFor();
});

test('c10 no day is too far away for an answer', async ({ page }) => {
  await signIn(page, product.OPERATOR);
  for (const day of ['-9999-01-01', '0001-01-01', '10000-01-01']) {
    const answer = await go(page, `${hub.HUB}?from=${day}`);
    assert.equal(answer.status(), 200);
    await page.getByText('Nothing can match').waitFor();
  }
  for (const query of ['from=1970-01-01&zone=Pacific/Kiritimati', 'to=9999-12-31&zone=Etc/GMT%2B12', 'from=65535d']) {
    await go(page, `${hub.HUB}?${query}`);
    await hub.rows(page).first().waitFor();
  }
});
