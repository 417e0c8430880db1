// Signing people in through DataCite Profiles, and the shared cookie meanwhile: for services that move from one
// to the other. No dependencies; needs fetch and Web Crypto, as Node has them from 20 on. Copy it.
//
//   const profiles = new Profiles({ issuer, clientId, clientSecret, redirectUri });
//   const { address, attempt } = await profiles.begin();          // keep attempt in the browser's session
//   const { tokens, identity } = await profiles.finish(url, attempt);
//   const person = asCookieSaid(await profiles.about(tokens, identity));
//
// Any mismatch throws RefusedError, and no one is signed in. Use it on the server: it holds a secret.

const LEEWAY_SECONDS = 60;
const KEYS_AGAIN_MS = 10_000;
const LIMIT_MS = 10_000;
const SIGNED_OUT = 'http://schemas.openid.net/event/backchannel-logout';
const ALGORITHMS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
};
const utf8 = new TextEncoder();

export class RefusedError extends Error {}

export class Profiles {
  #places;
  #keys = [];
  #keysReadAt = 0;

  constructor({ issuer, clientId, clientSecret, redirectUri, scope = 'openid orcid profile email permissions' }) {
    Object.assign(this, { issuer, clientId, redirectUri, scope });
    const words = [clientId, clientSecret].map(encodeURIComponent).join(':');
    Object.defineProperty(this, 'basic', { value: `Basic ${btoa(words)}`, enumerable: false });
  }

  /** Return the address to redirect to, and the values to store. `more`: prompt, max_age, acr_values and so on. */
  async begin(more = {}) {
    const { authorization_endpoint: place } = await this.places();
    const attempt = { state: random(), nonce: random(), verifier: random() };
    const challenge = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(attempt.verifier)));
    const asked = new URLSearchParams({
      ...more, response_type: 'code', client_id: this.clientId, redirect_uri: this.redirectUri, scope: this.scope,
      state: attempt.state, nonce: attempt.nonce, code_challenge: toBase64(challenge), code_challenge_method: 'S256',
    });
    return { address: `${place}?${asked}`, attempt };
  }

  /** Exchange the parameters of the callback for tokens. An `error` from Profiles becomes the message. */
  async finish(cameTo, attempt) {
    const said = new URL(cameTo, this.redirectUri).searchParams;
    if (!attempt || said.get('state') !== attempt.state) throw new RefusedError('not begun in this browser');
    if (said.get('iss') !== this.issuer) throw new RefusedError('not the answer of Profiles');
    if (said.get('error')) throw new RefusedError(said.get('error'));
    const tokens = await this.#exchange({
      grant_type: 'authorization_code', code: said.get('code') ?? '', redirect_uri: this.redirectUri,
      code_verifier: attempt.verifier,
    });
    const identity = await this.#read(tokens.id_token);
    if (identity.nonce !== attempt.nonce) throw new RefusedError('the identity is of another sign-in');
    return { tokens, identity };
  }

  /** The next tokens. The refresh token is used up by this: never try one twice. */
  async renew(tokens, identity) {
    const next = await this.#exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    const said = await this.#read(next.id_token);
    if (said.sub !== identity.sub) throw new RefusedError('the identity is of another person');
    return { tokens: next, identity: said };
  }

  /** Who it is, as far as the granted scopes tell. */
  async about(tokens, identity) {
    const { userinfo_endpoint: place } = await this.places();
    const said = await json(await ask(place, { headers: { Authorization: `Bearer ${tokens.access_token}` } }));
    if (said.sub !== identity.sub) throw new RefusedError('userinfo is about another person');
    return said;
  }

  /** Return the address to redirect to at sign-out, so that the person is signed out everywhere. */
  async signOutAddress(tokens, back) {
    const { end_session_endpoint: place } = await this.places();
    return `${place}?${new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: back })}`;
  }

  /** Which session ended, as Profiles says by POST of `logout_token`: end yours with this `sid`. */
  async endedSession(logoutToken) {
    const said = await this.#read(logoutToken, 'logout+jwt');
    if (!said.events?.[SIGNED_OUT] || 'nonce' in said || !said.sid) throw new RefusedError('no end of a session');
    return said.sid;
  }

  /** The discovery document, read once. */
  async places() {
    this.#places ??= await json(await ask(`${this.issuer}/.well-known/openid-configuration`));
    if (this.#places.issuer !== this.issuer) throw new RefusedError(`${this.issuer} names another issuer`);
    return this.#places;
  }

  async #exchange(form) {
    const { token_endpoint: place } = await this.places();
    const body = new URLSearchParams(form);
    return json(await ask(place, { method: 'POST', body, headers: { Authorization: this.basic } }));
  }

  async #read(token, kind = 'JWT') {
    const { header, content, signed, signature } = parsed(token);
    if (header.typ !== kind) throw new RefusedError('the token is of another kind');
    const key = await this.#key(header);
    if (!(await verified(header.alg, key, signature, signed))) throw new RefusedError('the signature does not fit');
    const now = Date.now() / 1000;
    const fits = content.iss === this.issuer && content.aud === this.clientId
      && content.exp > now - LEEWAY_SECONDS && content.iat < now + LEEWAY_SECONDS && content.sub;
    if (!fits) throw new RefusedError('the token is not for us, or not for now');
    return content;
  }

  async #key({ kid, alg }) {
    const known = () => this.#keys.find((one) => one.kid === kid && one.alg === alg);
    // Keys change: fetch the set again for an unknown key, but limit how often.
    if (!known() && Date.now() - this.#keysReadAt > KEYS_AGAIN_MS) {
      this.#keysReadAt = Date.now();
      this.#keys = (await json(await ask((await this.places()).jwks_uri))).keys;
    }
    if (!kid || !known() || !ALGORITHMS[alg]) throw new RefusedError('unknown key');
    const { kty, n, e, crv, x, y } = known();
    return crypto.subtle.importKey('jwk', { kty, n, e, crv, x, y }, ALGORITHMS[alg], false, ['verify']);
  }
}

/** What the shared cookie's token says in a Cookie header, or null. `pem`: its public key, which you were given. */
export async function readSharedCookie(header, pem) {
  try {
    const found = (header ?? '').split(';').map((one) => one.trim()).find((one) => one.startsWith('_datacite='));
    const inside = JSON.parse(decodeURIComponent(found.slice('_datacite='.length)));
    const { header: { alg }, content, signed, signature } = parsed(inside.authenticated.access_token);
    const bytes = fromBase64(pem.replace(/-----[^-]+-----|\s/g, ''));
    const key = await crypto.subtle.importKey('spki', bytes, ALGORITHMS.RS256, false, ['verify']);
    const fits = alg === 'RS256' && content.uid && content.exp > Date.now() / 1000;
    return fits && (await verified(alg, key, signature, signed)) ? content : null;
  } catch {
    return null;
  }
}

/** Userinfo in the words of the cookie's token, so that what reads one reads the other. `sub` comes along: keep it. */
export function asCookieSaid(userinfo) {
  return {
    uid: userinfo.orcid,
    name: userinfo.name ?? userinfo.orcid,
    ...(userinfo.email ? { email: userinfo.email } : {}),
    role_id: userinfo.role_id ?? 'user',
    beta_tester: userinfo.beta_tester ?? false,
    has_orcid_token: Object.values(userinfo.permissions ?? {}).some(Boolean),
    features: { 'delete-doi': false },
    sub: userinfo.sub,
  };
}

function parsed(token) {
  const parts = String(token).split('.');
  if (parts.length !== 3) throw new RefusedError('this is no token');
  try {
    const [header, content] = parts.slice(0, 2).map((one) => JSON.parse(new TextDecoder().decode(fromBase64(one))));
    return { header, content, signed: utf8.encode(`${parts[0]}.${parts[1]}`), signature: fromBase64(parts[2]) };
  } catch {
    throw new RefusedError('this is no token');
  }
}

const verified = (alg, key, signature, signed) => crypto.subtle.verify(ALGORITHMS[alg], key, signature, signed);

async function ask(address, options = {}) {
  return fetch(address, { redirect: 'error', signal: AbortSignal.timeout(LIMIT_MS), ...options });
}

async function json(answer) {
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new RefusedError(said.error ?? `status ${answer.status}`);
  return said;
}

const random = () => toBase64(crypto.getRandomValues(new Uint8Array(32)));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const fromBase64 = (text) => Uint8Array.from(
  atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0),
);
