// The hub's filter, chips and menus, as people use them.
import { hubTable } from './product.mjs';

export const HUB = '/admin/operations';
export const rows = (page) => hubTable(page).getByRole('row').filter({ has: page.getByRole('rowheader') });
export const links = (page) => hubTable(page).getByRole('rowheader').getByRole('link');
export const chips = (page) => page.getByRole('list', { name: 'Active filters' });
export const views = (page) => page.getByRole('navigation', { name: 'Views' });
export const search = (page) => page.getByLabel('Search', { exact: true });

/** What opens under a button: a filter's choices, or a menu. */
export const popover = (page, name) => page.locator('main details').filter({ has: page.locator('> summary', { hasText: new RegExp(`^${name}`) }) });

/** Opens it, if it is not open. */
export async function open(page, name) {
  // In a narrow window the fields are behind a button.
  const button = page.locator('label[for=filter-fields]');
  if ((await button.isVisible()) && !(await page.locator('#filter-fields').isChecked())) await button.click();
  const details = popover(page, name);
  if ((await details.getAttribute('open')) === null) await details.locator('> summary').click();
  return details;
}

/** Closes it; what it covers can be pressed again. */
export async function close(page, name) {
  const details = popover(page, name);
  if ((await details.getAttribute('open')) !== null) await details.locator('> summary').click();
}

/** Ticks choices of a filter, or takes their ticks away. */
export async function tick(page, name, choices, on = true) {
  const details = await open(page, name);
  for (const choice of [choices].flat()) await details.getByLabel(choice, { exact: true }).setChecked(on);
}

/** The ids of the runs shown, in order. */
export const shown = (page) => links(page).evaluateAll((all) => all.map((link) => link.getAttribute('href').split('/').pop()));
