// Every route there is: clean for axe, light and dark, wide and narrow, with and without JavaScript. A new one needs a sample, or fails.
import assert from 'node:assert/strict';
import { NARROW, WIDE, axe, fits, go, signedIn } from '../lib/browser.mjs';
import { ask, session } from '../lib/http.mjs';
import { ROUTES, matches, path, visitor } from '../lib/routes.mjs';
import { test } from '../lib/test.mjs';

test.use({ stackOptions: { worker: false } });

/** Where a page has come to in the end, which must be a page that is a route itself. */
async function arrived(page, route, answer) {
  const at = new URL(page.url()).pathname;
  assert.equal(answer.status(), 200, `${route.name}: ${at}`);
  if (route.serves === 'page') assert.ok(matches(route, at), `${route.name} led to ${at}`);
  else assert.ok(ROUTES.some((other) => other.serves === 'page' && matches(other, at)), `${route.name} led to ${at}, which is no page`);
}

test('there are routes, and no two of one name or pattern', () => {
  assert.ok(ROUTES.length >= 12, `${ROUTES.length}`);
  for (const key of ['name', 'pattern']) assert.equal(new Set(ROUTES.map((route) => route[key])).size, ROUTES.length, key);
  for (const { name, serves } of ROUTES) assert.ok(['page', 'redirect', 'file'].includes(serves), `${name} serves ${serves}`);
});

for (const route of ROUTES.filter(({ serves }) => serves === 'file')) {
  test(`${route.pattern} is a file`, async ({ stack, database }) => {
    const { status, headers, body } = await ask(`${stack.url}${path(route, database)}`, { cookie: await session(stack, visitor(route)) });
    assert.equal(status, 200);
    assert.match(headers['content-disposition'], /^attachment/);
    assert.ok(body.length > 0);
  });
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    for (const route of ROUTES.filter(({ serves }) => serves !== 'file')) {
      test(route.pattern, async ({ page, stack, database }) => {
        const email = visitor(route);
        if (email) await signedIn(page, stack, email);
        await arrived(page, route, await go(page, path(route, database)));
        // Where it leads to is a route of its own.
        if (route.serves === 'redirect') return;
        for (const viewport of [WIDE, NARROW]) {
          await page.setViewportSize(viewport);
          await fits(page);
          await axe(page);
        }
      });
    }
  });
}
