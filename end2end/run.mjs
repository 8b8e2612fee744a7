// Runs every story against the real thing, and exits with how that went.
//
//   .ci/postgres DIR -- node end2end/run.mjs [part of a file name…]
//
// Needs what .ci/setup and `cargo leptos build --split` make. Pictures, and what failed tests left, are in end2end/output.
import { spawn } from 'node:child_process';
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
for (const built of [BINARY, `${site}/pkg/tenantatlas.wasm`, `${site}/pkg/__wasm_split_manifest.json`]) {
  if (existsSync(built)) continue;
  console.error(`end2end: ${built} is missing: run \`cargo leptos build --split\``);
  process.exit(1);
}
if (wanted.length === 0) rmSync(`${ROOT}/end2end/output`, { recursive: true, force: true });

// Migrating and seeding once is enough: each file works on a copy.
const template = `end2end_template_${process.pid}`;
const server = new Database(roles());
server.sql(`create database ${template}`);
process.env.END2END_TEMPLATE = template;
await new Database({ ...server.urls, DATABASE_URL: server.urls.DATABASE_URL.replace(/\/[^/]*$/, `/${template}`) }).fill();

// Much of it is waiting, so two at a time; each has databases, ports and processes of its own.
const jobs = Number(process.env.END2END_JOBS || 2);
const times = [];
let failed = 0;
const queue = [...files];

async function work() {
  for (let file = queue.shift(); file; file = queue.shift()) {
    const start = Date.now();
    const child = spawn(process.execPath, ['--test', '--test-reporter=spec', `${folder.pathname}${file}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0) failed += 1;
    process.stdout.write(`\n${file}\n${Buffer.concat(said)}`);
    times.push(`${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s  ${code === 0 ? 'passed' : 'FAILED'}  ${file}`);
  }
}

await Promise.all(Array.from({ length: jobs }, work));
server.sql(`drop database ${template}`);
console.log(`\n${times.join('\n')}`);
process.exit(failed === 0 ? 0 : 1);
