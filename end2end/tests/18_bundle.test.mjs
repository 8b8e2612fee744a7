// How much a page weighs is added up rightly, and too much is found.
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import { over, weights } from '../lib/bundle.mjs';

const kilobytes = (entries) => new Map(Object.entries(entries).map(([name, brotli]) => [name, { bytes: brotli * 3000, brotli: brotli * 1000 }]));
const FILES = { 'tenantatlas.wasm': 200, 'chunk_1.wasm': 60, 'split_hub.wasm': 80, 'split_run.wasm': 10, 'tenantatlas.js': 7, 'loader.js': 2, 'a.css': 6 };
const PAGES = { hub: ['chunk_1.wasm', 'split_hub.wasm'], run: ['chunk_1.wasm', 'split_run.wasm'] };

test('a page weighs what it loads, the heaviest first', () => {
  const weighed = weights(kilobytes(FILES), PAGES).map(({ page, brotli, parts }) => [page, brotli / 1000, parts.length]);
  assert.deepEqual(weighed, [['hub', 340, 3], ['run', 270, 3], ['sign-in', 200, 1]]);
});

test('what is over its budget is named, and nothing else', () => {
  const said = (changes, options) => {
    const files = kilobytes({ ...FILES, ...changes });
    return over(files, weights(files, PAGES), options).map((text) => text.split(':')[0]);
  };
  assert.deepEqual(said({}), []);
  assert.deepEqual(said({ 'split_hub.wasm': 90 }), []);
  assert.deepEqual(said({ 'split_hub.wasm': 91 }), ['wasm of hub']);
  assert.deepEqual(said({ 'split_hub.wasm': 91 }, { exceptions: ['hub'] }), []);
  assert.deepEqual(said({ 'split_hub.wasm': 141 }, { exceptions: ['hub'] }), ['wasm of hub']);
  assert.deepEqual(said({ 'tenantatlas.wasm': 216 }), ['wasm of hub', 'wasm of sign-in']);
  assert.deepEqual(said({ 'loader.js': 9 }), ['js']);
  assert.deepEqual(said({ 'a.css': 16 }), ['css']);
});

test('a file that the manifest names and the build did not make is an error', () => {
  assert.throws(() => weights(kilobytes(FILES), { hub: ['chunk_2.wasm'] }), /chunk_2/);
});
