// A service on its way from the shared cookie to OpenID Connect: who is signed in is read from its own session, and
// from the cookie as long as that goes on. Run it beside the demo:
//
//   PROFILES_URL=… CLIENT_ID=… CLIENT_SECRET=… COOKIE_KEY="$(cat public.pem)" PORT=8107 node example.mjs
import { createServer } from 'node:http';
import { Profiles, RefusedError, asCookieSaid, readSharedCookie } from './profiles.mjs';

const { PROFILES_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_KEY, PORT = '8107', CALLBACK = '/callback' } = process.env;
const own = `http://127.0.0.1:${PORT}`;
const profiles = new Profiles({
  issuer: PROFILES_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, redirectUri: own + CALLBACK,
});
const sessions = new Map(); // a real service has its own
const COOKIE = 'example_session';

const keyOf = (request) => new RegExp(`${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
const withKey = (key) => ({ 'Set-Cookie': `${COOKIE}=${key}; Path=/; HttpOnly; SameSite=Lax` });
const seeOther = (address, headers = {}) => [303, '', { Location: address, ...headers }];

async function formOf(request) {
  let text = '';
  for await (const part of request) if ((text += part).length > 20_000) throw new RefusedError('too large');
  return new URLSearchParams(text);
}

const pages = {
  // The same fields for both ways to sign in: nothing below this line has to change.
  async 'GET /'(request) {
    const session = sessions.get(keyOf(request));
    const said = session?.person ?? (await readSharedCookie(request.headers.cookie, COOKIE_KEY));
    return [200, { by: session?.person ? 'OpenID Connect' : said ? 'cookie' : null, person: said }];
  },
  async 'POST /sign_in'() {
    const { address, attempt } = await profiles.begin();
    const key = crypto.randomUUID();
    sessions.set(key, { attempt });
    return seeOther(address, withKey(key));
  },
  async [`GET ${CALLBACK}`](request) {
    const { attempt } = sessions.get(keyOf(request)) ?? {};
    sessions.delete(keyOf(request)); // an attempt is valid once; the new key prevents session fixation
    const { tokens, identity } = await profiles.finish(request.url, attempt);
    const key = crypto.randomUUID();
    sessions.set(key, { tokens, sid: identity.sid, person: asCookieSaid(await profiles.about(tokens, identity)) });
    return seeOther('/', withKey(key));
  },
  async 'POST /sign_out'(request) {
    const { tokens } = sessions.get(keyOf(request)) ?? {};
    sessions.delete(keyOf(request));
    return seeOther(tokens ? await profiles.signOutAddress(tokens, `${own}/`) : '/');
  },
  async 'POST /backchannel'(request) {
    const sid = await profiles.endedSession((await formOf(request)).get('logout_token'));
    for (const [key, session] of sessions) if (session.sid === sid) sessions.delete(key);
    return [200, {}];
  },
};

createServer(async (request, response) => {
  const page = pages[`${request.method} ${request.url.split('?')[0]}`];
  let answer = [404, { error: 'no such page' }];
  try {
    if (page) answer = await page(request);
  } catch (error) {
    answer = error instanceof RefusedError ? [400, { error: error.message }] : [502, { error: 'try again' }];
  }
  const [status, body, headers] = answer;
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}).listen(Number(PORT), '127.0.0.1', () => console.log(`listening at ${own}`));
