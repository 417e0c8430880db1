// npm's certified oidc-provider with our test parties: to compare with, never to run for people.
// node provider.mjs '{"port": 0, "parties": [...], "people": {"alice": "password"}}'
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { exportJWK, generateKeyPair } from 'jose';

const asked = JSON.parse(process.argv[2]);
const algorithm = asked.algorithm ?? 'RS256';

async function keys() {
  const made = [await generateKeyPair('RS256', { extractable: true })];
  if (algorithm !== 'RS256') made.push(await generateKeyPair(algorithm, { extractable: true }));
  return Promise.all(made.map(async (pair, place) => ({
    ...(await exportJWK(pair.privateKey)), use: 'sig', alg: place ? algorithm : 'RS256',
  })));
}

const client = (party) => ({
  client_id: party.client_id,
  client_secret: party.secret,
  redirect_uris: [party.redirect_uri],
  post_logout_redirect_uris: party.signed_out_uri ? [party.signed_out_uri] : [],
  backchannel_logout_uri: party.backchannel_uri || undefined,
  backchannel_logout_session_required: party.backchannel_uri ? true : undefined,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  id_token_signed_response_alg: algorithm,
});

const configuration = (jwks) => ({
  clients: asked.parties.map(client),
  jwks: { keys: jwks },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  claims: { openid: ['sub', 'sid', 'auth_time', 'amr', 'acr'], email: ['email'], profile: ['name'] },
  responseTypes: ['code'],
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: async (ctx, one, token) => token.clientId === one.clientId },
    revocation: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  // Without this it refuses to call a party on this machine.
  fetch: (url, options) => { delete options.dispatcher; return fetch(url, options); },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (ctx, one, code) => code.scope !== 'openid',
  allowOmittingSingleRegisteredRedirectUri: false,
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: id, email: `${id}@example.org` }) }),
  loadExistingGrant: async (ctx) => {
    const { client: one, session } = ctx.oidc;
    const known = session.grantIdFor(one.clientId);
    const kept = known && await ctx.oidc.provider.Grant.find(known);
    if (kept) return kept;
    if (one.clientId === asked.asking) return undefined;
    const grant = new ctx.oidc.provider.Grant({ clientId: one.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile email offline_access');
    await grant.save();
    return grant;
  },
});

const page = (csrf, inside) => `<!doctype html><title>Sign in</title><form method="post">
<input type="hidden" name="csrf" value="${csrf}">${inside}</form>`;
const tokens = new Map();

async function interaction(provider, request, response) {
  const { prompt, params, session, grantId, uid } = await provider.interactionDetails(request, response);
  const csrf = tokens.get(uid) ?? randomBytes(16).toString('hex');
  tokens.set(uid, csrf);
  const show = () => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    response.end(page(csrf, prompt.name === 'login'
      ? '<input name="username"><input type="password" name="password"><button>Sign in</button>'
      : '<button name="answer" value="no">Cancel</button><button name="answer" value="yes">Allow</button>'));
  };
  if (request.method !== 'POST') return show();
  let body = '';
  for await (const part of request) body += part;
  const form = new URLSearchParams(body);
  if (form.get('csrf') !== csrf) return show();
  if (prompt.name === 'login') {
    const name = form.get('username');
    if (!asked.people[name] || asked.people[name] !== form.get('password')) return show();
    return provider.interactionFinished(request, response, { login: { accountId: name, amr: ['pwd'], acr: '0' } });
  }
  if (form.get('answer') !== 'yes') {
    return provider.interactionFinished(request, response, { error: 'access_denied' });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

const server = createServer();
server.listen(asked.port ?? 0, '127.0.0.1', async () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration(await keys()));
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    return interaction(provider, request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(400);
      response.end(String(error.error ?? error));
    });
  });
  console.log(issuer);
});
