// Requests as they are, without a browser: every header and byte of the answer.
import { request } from 'node:http';

/**
 * @param {string} url
 * @param {{method?: string, headers?: object, cookie?: string, form?: object | [string, string][], body?: string}} options
 * @returns {Promise<{status: number, headers: object, raw: string[], body: Buffer, text: string}>} redirects are not followed
 */
export function ask(url, { method, headers = {}, cookie, form, body } = {}) {
  if (form) {
    body = new URLSearchParams(form).toString();
    headers = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  }
  if (cookie) headers = { cookie, ...headers };
  if (body !== undefined) headers = { 'content-length': Buffer.byteLength(body), ...headers };
  // Taken apart by hand: a URL object would tidy up paths that are not tidy.
  const [, hostname, port, path] = String(url).match(/^http:\/\/([^/:]+):(\d+)(\/.*)?$/);
  const what = { hostname, port, path: path || '/', method: method ?? (body === undefined ? 'GET' : 'POST'), headers, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request(what, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const whole = Buffer.concat(chunks);
        const { statusCode: status, rawHeaders: raw } = answer;
        resolve({ status, headers: answer.headers, raw, body: whole, text: whole.toString('utf8') });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Everything of an answer that another person could compare: status, headers in their order, bytes. */
export function observable({ status, raw, body }) {
  const headers = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at].toLowerCase();
    headers.push(`${name}: ${['date', 'x-request-id'].includes(name) ? '…' : raw[at + 1]}`);
  }
  return [`status ${status}`, ...headers, '', body.toString('latin1')].join('\n');
}

/** Signs in without a browser and returns the cookie. */
export async function session(stack, email, password = 'demo') {
  const answer = await ask(`${stack.url}/sign-in`, { form: { email, password } });
  const cookie = answer.headers['set-cookie']?.find((line) => line.startsWith('__Host-session='));
  if (!cookie) throw new Error(`${email} could not sign in: ${answer.status} ${answer.headers.location}`);
  return cookie.split(';')[0];
}

/** A UUIDv7 that nothing has. */
export function randomId() {
  const time = Date.now().toString(16).padStart(12, '0');
  const rest = crypto.randomUUID().slice(14).replace(/^./, '7');
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest}`;
}
