// What cargo-leptos built for browsers, and how much of it each page loads. Nothing here starts or asks anything.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** What every page loads, whatever it shows. */
export const MAIN = 'tenantatlas.wasm';
/** Which files each page loads besides, written by the splitter. */
export const MANIFEST = '__wasm_split_manifest.json';

/** Kilobytes of brotli, thousands of bytes (DESIGN §8). */
export const BUDGETS = { 'sign-in': 215, page: 350, exception: 400, js: 15, css: 15 };
/** Pages that may be as heavy as an exception; the largest parts of each stand in docs/PERFORMANCE.md. */
export const EXCEPTIONS = [];

/** The files that browsers ask for, by name, with their sizes; compressed as the server sends them where that was done beforehand. */
export function files(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(wasm|js|css)$/.test(name));
  return new Map(names.map((name) => {
    const path = join(folder, name);
    const content = readFileSync(path);
    const compressed = existsSync(`${path}.br`) ? readFileSync(`${path}.br`) : brotliCompressSync(content);
    return [name, { bytes: content.length, brotli: compressed.length }];
  }));
}

/** What no page loads by itself, but when something on it is opened. */
export const ON_DEMAND = ['filter_choices', 'hub_views'];

/** The wasm files of each page, by the splitter's name of it. */
export function manifest(folder) {
  return Object.fromEntries(Object.entries(everything(folder)).filter(([name]) => !ON_DEMAND.includes(name)));
}

/** The wasm files of each page, and of what is loaded on demand. */
export function everything(folder) {
  const parts = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
  return Object.fromEntries(Object.entries(parts).map(([name, stems]) => [name, stems.map((stem) => `${stem}.wasm`)]));
}

/**
 * What a first visit of each page loads.
 *
 * @param {Map<string, {bytes: number, brotli: number}>} files
 * @param {Record<string, string[]>} pages of a manifest
 * @returns {{page: string, parts: string[], bytes: number, brotli: number}[]} sizes of all its wasm together, the heaviest first
 */
export function weights(files, pages) {
  const weigh = ([page, own]) => {
    const parts = [MAIN, ...own];
    const sum = (what) => parts.reduce((sum, part) => sum + size(files, part)[what], 0);
    return { page, parts, bytes: sum('bytes'), brotli: sum('brotli') };
  };
  return [['sign-in', []], ...Object.entries(pages)].map(weigh).sort((one, other) => other.brotli - one.brotli);
}

function size(files, name) {
  const found = files.get(name);
  if (!found) throw new Error(`the manifest names ${name}, which is not there`);
  return found;
}

/** What is over its budget, in words. */
export function over(files, weights, { budgets = BUDGETS, exceptions = EXCEPTIONS } = {}) {
  const allowed = (page) => (page === 'sign-in' ? budgets['sign-in'] : exceptions.includes(page) ? budgets.exception : budgets.page);
  const pages = weights.map(({ page, brotli }) => [`wasm of ${page}`, brotli, allowed(page)]);
  const others = ['js', 'css'].map((type) => {
    const all = [...files].filter(([name]) => name.endsWith(`.${type}`));
    return [type, all.reduce((sum, [, { brotli }]) => sum + brotli, 0), budgets[type]];
  });
  return [...pages, ...others].filter(([, brotli, budget]) => brotli > budget * 1000)
    .map(([what, brotli, budget]) => `${what}: ${(brotli / 1000).toFixed(1)} kB of brotli, ${budget} kB allowed`);
}
