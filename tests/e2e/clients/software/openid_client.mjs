// openid-client, as its documentation says; logout tokens are checked with jose.
import express from 'express';
import session from 'express-session';
import * as client from 'openid-client';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { BASE, CLIENT_ID, CLIENT_SECRET, ISSUER, PORT, SIGNED_IN, shown } from './page.mjs';

const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, {
  execute: [client.allowInsecureRequests], // these tests have no TLS
});
const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const ended = new Set();
const app = express();
app.use(session({ name: 'openid-client', secret: 'of the tests', resave: false, saveUninitialized: true }));

app.get('/', (request, response) => {
  const { person, tokens, sid } = request.session;
  if (!person || ended.has(sid)) return response.send(shown(null));
  return response.send(shown(person, tokens.access_token, SIGNED_IN));
});

app.get('/login', async (request, response) => {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  Object.assign(request.session, { verifier, state });
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${BASE}/callback`,
    scope: 'openid profile email offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  });
  response.redirect(url.href);
});

app.get('/callback', async (request, response) => {
  const tokens = await client.authorizationCodeGrant(config, new URL(request.originalUrl, BASE), {
    pkceCodeVerifier: request.session.verifier,
    expectedState: request.session.state,
  });
  const { sub, sid } = tokens.claims();
  const info = await client.fetchUserInfo(config, tokens.access_token, sub);
  Object.assign(request.session, { tokens, sid, person: { ...info, orcid: info.preferred_username } });
  response.redirect('/');
});

app.get('/refresh', async (request, response) => {
  request.session.tokens = await client.refreshTokenGrant(config, request.session.tokens.refresh_token);
  response.redirect('/');
});

app.get('/logout', (request, response) => {
  const { id_token } = request.session.tokens;
  request.session.destroy(() => {
    const url = client.buildEndSessionUrl(config, { id_token_hint: id_token, post_logout_redirect_uri: `${BASE}/` });
    response.redirect(url.href);
  });
});

app.post('/backchannel', express.urlencoded({ extended: false }), async (request, response) => {
  const { payload } = await jwtVerify(request.body.logout_token, keys, {
    issuer: ISSUER, audience: CLIENT_ID, typ: 'logout+jwt',
  });
  ended.add(payload.sid);
  response.sendStatus(200);
});

app.listen(PORT, '127.0.0.1');
