// Prints what each page makes a browser load, as Markdown, and fails if that is more than the budgets allow.
//
//   node end2end/weigh.mjs FOLDER    the files that `cargo leptos build --release --split --precompress` made
import { files, manifest, over, weights } from './lib/bundle.mjs';

const folder = process.argv[2];
const [built, pages] = [files(folder), manifest(folder)];
const all = weights(built, pages);
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const number = (count) => count.toLocaleString('en-GB');

row('file', 'bytes', 'brotli');
row('---', '---', '---');
for (const [name, { bytes, brotli }] of [...built].sort(([, one], [, other]) => other.brotli - one.brotli)) row(`\`${name}\``, number(bytes), number(brotli));
console.log();
row('page', 'wasm files', 'bytes', 'brotli', 'of its own');
row('---', '---', '---', '---', '---');
const main = all.find(({ page }) => page === 'sign-in').brotli;
for (const { page, parts, bytes, brotli } of all) row(page, parts.length, number(bytes), number(brotli), number(brotli - main));

const problems = over(built, all);
for (const problem of problems) console.error(`over budget: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
