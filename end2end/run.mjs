// Runs every story against the real thing, one after the other, and exits with how that went.
//
//   .ci/postgres DIR -- node end2end/run.mjs [part of a file name…]
//
// Needs what .ci/setup and `cargo leptos build` make. Pictures, and what failed tests left, are in end2end/output.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { Database, roles } from './lib/database.mjs';
import { BINARY, ROOT } from './lib/process.mjs';

const wanted = process.argv.slice(2);
const folder = new URL('tests/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();

const site = process.env.LEPTOS_SITE_ROOT || `${ROOT}/target/site`;
for (const built of [BINARY, `${site}/pkg/tenantatlas.wasm`]) {
  if (existsSync(built)) continue;
  console.error(`end2end: ${built} is missing: run \`cargo leptos build\``);
  process.exit(1);
}
if (wanted.length === 0) rmSync(`${ROOT}/end2end/output`, { recursive: true, force: true });

// Migrating and seeding once is enough: each file works on a copy.
const template = `end2end_template_${process.pid}`;
const server = new Database(roles());
server.sql(`create database ${template}`);
process.env.END2END_TEMPLATE = template;
await new Database({ ...server.urls, DATABASE_URL: server.urls.DATABASE_URL.replace(/\/[^/]*$/, `/${template}`) }).fill();

const times = [];
let failed = 0;
for (const file of files) {
  const start = Date.now();
  const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', `${folder.pathname}${file}`], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
  times.push(`${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s  ${status === 0 ? 'passed' : 'FAILED'}  ${file}`);
}
server.sql(`drop database ${template}`);
console.log(`\n${times.join('\n')}`);
process.exit(failed === 0 ? 0 : 1);
