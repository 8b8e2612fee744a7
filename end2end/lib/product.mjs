// What people do and see, by the words that DESIGN §5 fixes.
import { readdirSync } from 'node:fs';
import { hydrated } from './browser.mjs';
import { ask, randomId } from './http.mjs';
import { ROOT } from './process.mjs';

export const OPERATOR = 'operator@northwind.example';
/** The kinds of policies, in the order of the form. */
export const TYPES = ['settingsCatalogPolicy', 'deviceCompliancePolicy', 'deviceConfiguration', 'groupPolicyConfiguration',
  'appProtectionPolicy', 'mobileAppConfiguration', 'windowsFeatureUpdateProfile', 'deviceManagementScript'];

/** The names of the committed fixtures: an exported policy's file is called as the policy is. */
export function fixtureNames() {
  const folder = `${ROOT}/crates/simulator/fixtures`;
  return readdirSync(folder).flatMap((kind) => readdirSync(`${folder}/${kind}`)).map((name) => name.replace(/\.json$/, '')).sort();
}

export const navigation = (page) => page.getByRole('navigation', { name: 'Main' });
export const heading = (page, name) => page.getByRole('heading', { level: 1, name });
export const hubTable = (page) => page.getByRole('table', { name: 'Operations', exact: true });
export const account = (page) => page.locator('summary:visible', { hasText: 'Account' });
export const menu = (page) => page.locator('summary:visible', { hasText: 'Menu' });
/** The status word of a run page. */
export const badge = (page) => page.locator('h1 ~ .badge');
/** What was said about a start. */
export const toast = (page) => page.getByRole('status').filter({ has: page.getByRole('link', { name: 'View run' }) });
export const operation = (run) => `/admin/operations/${run}`;
export const inventory = (tenant) => `/admin/tenants/${tenant}/inventory`;

export const groups = (tenant) => `/admin/tenants/${tenant}/groups`;

/** By the navigation to the groups of a tenant. */
export async function openGroups(page, tenant = 'Contoso') {
  await openInventory(page, tenant);
  await navigation(page).getByRole('link', { name: 'Groups', exact: true }).click();
  await heading(page, 'Groups').waitFor();
  await hydrated(page);
}

/** By the navigation to the inventory of a tenant. */
export async function openInventory(page, tenant = 'Contoso') {
  await navigation(page).getByRole('link', { name: tenant, exact: true }).click();
  await heading(page, 'Inventory').waitFor();
  await page.getByText(`${tenant} · `).first().waitFor();
  await hydrated(page);
}

/** Presses the button and waits for the answer; returns the run's id. */
export async function syncNow(page) {
  await page.getByRole('button', { name: 'Sync now' }).click();
  const href = await toast(page).getByRole('link', { name: 'View run' }).getAttribute('href');
  return href.split('/').pop();
}

/** Starts a sync without a browser, as the hydrated app would. */
export async function start(stack, cookie, { tenant = 'Contoso', types = TYPES, key = randomId(), accept = 'application/json' } = {}) {
  const id = /^[A-Z][a-z]+$/.test(tenant) ? stack.database.tenant(tenant) : tenant;
  const form = [['tenant', id], ...types.map((type, at) => [`types[${at}]`, type]), ['idempotency_key', key]];
  return ask(`${stack.url}/_fn/start_inventory_sync`, { cookie, form, headers: { accept } });
}

/** The same, when it has to succeed; returns the run's id. */
export async function started(stack, cookie, options) {
  const { status, text } = await start(stack, cookie, options);
  const run = text.match(/"run":"([0-9a-f-]{36})"/)?.[1];
  if (status !== 200 || !run) throw new Error(`not started: ${status} ${text}`);
  return run;
}

/** Every word that an element has shown since, each once per change. */
export async function record(page, selector, pattern = '') {
  await page.evaluate(([selector, pattern]) => {
    const seen = (window.seen ??= {});
    const list = (seen[selector + pattern] = []);
    const look = () => {
      for (const element of document.querySelectorAll(selector)) {
        const text = pattern ? element.innerText.match(new RegExp(pattern))?.[0] : element.innerText.trim();
        if (text && list.at(-1) !== text) list.push(text);
      }
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, [selector, pattern]);
  return () => page.evaluate((name) => window.seen[name], selector + pattern);
}
