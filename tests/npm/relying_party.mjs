// A relying party that nobody here wrote: npm's certified openid-client. One order a line comes in as JSON, one
// answer a line goes out.
import { createInterface } from 'node:readline';
import * as openid from 'openid-client';

const parties = new Map();
const flows = new Map();

async function authentication(order) {
  if (order.key) {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('jwk', order.key, algorithm, false, ['sign']);
    return openid.PrivateKeyJwt({ key, kid: order.key.kid });
  }
  return order.post ? openid.ClientSecretPost(order.secret) : openid.ClientSecretBasic(order.secret);
}

const orders = {
  async discover(order) {
    const known = { id_token_signed_response_alg: order.algorithm ?? 'RS256' };
    const party = await openid.discovery(
      new URL(order.issuer), order.client_id, known, await authentication(order),
      { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
    );
    parties.set(order.client_id, party);
    return party.serverMetadata();
  },
  async authorize(order) {
    const verifier = openid.randomPKCECodeVerifier();
    const flow = { verifier, state: openid.randomState(), nonce: openid.randomNonce(), age: order.more?.max_age };
    const asked = {
      redirect_uri: order.redirect_uri, scope: order.scope, state: flow.state, nonce: flow.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...order.more,
    };
    const party = parties.get(order.client_id);
    const url = order.pushed
      ? await openid.buildAuthorizationUrlWithPAR(party, asked)
      : openid.buildAuthorizationUrl(party, asked);
    flows.set(flow.state, flow);
    return { url: url.href, state: flow.state };
  },
  async callback(order) {
    const flow = flows.get(order.state);
    const tokens = await openid.authorizationCodeGrant(parties.get(order.client_id), new URL(order.url), {
      pkceCodeVerifier: flow.verifier, expectedState: flow.state, expectedNonce: flow.nonce,
      maxAge: flow.age === undefined ? undefined : Number(flow.age), idTokenExpected: true,
    });
    return { ...tokens, claims: tokens.claims() };
  },
  async refresh(order) {
    const tokens = await openid.refreshTokenGrant(parties.get(order.client_id), order.token);
    return { ...tokens, claims: tokens.claims() };
  },
  userinfo: (order) => openid.fetchUserInfo(parties.get(order.client_id), order.token, order.sub),
  introspect: (order) => openid.tokenIntrospection(parties.get(order.client_id), order.token),
  async revoke(order) {
    await openid.tokenRevocation(parties.get(order.client_id), order.token);
    return {};
  },
  end(order) {
    return { url: openid.buildEndSessionUrl(parties.get(order.client_id), order.more).href };
  },
  machine: (order) => openid.clientCredentialsGrant(parties.get(order.client_id), { scope: order.scope }),
  device: (order) => openid.initiateDeviceAuthorization(parties.get(order.client_id), { scope: order.scope }),
  async poll(order) {
    const tokens = await openid.pollDeviceAuthorizationGrant(parties.get(order.client_id), order.answer);
    return { ...tokens, claims: tokens.claims() };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  try {
    console.log(JSON.stringify({ ok: await orders[order.do](order) }));
  } catch (error) {
    const { code, error: kind, message, cause } = error;
    console.log(JSON.stringify({ wrong: { code, error: kind, message, cause: String(cause?.message ?? '') } }));
  }
}
