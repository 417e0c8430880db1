// Auth.js in Express, as its documentation says: an OpenID provider of one's own, and refresh by a callback.
import express from 'express';
import { ExpressAuth, getSession } from '@auth/express';
import { BASE, CLIENT_ID, CLIENT_SECRET, ISSUER, PORT, SIGNED_IN, shown } from './page.mjs';

const authorization = { params: { scope: 'openid profile email offline_access' } };
const config = {
  trustHost: true,
  secret: 'of the tests, and long enough for Auth.js',
  providers: [{
    id: 'profiles', name: 'DataCite Profiles', type: 'oidc', issuer: ISSUER, authorization,
    clientId: CLIENT_ID, clientSecret: CLIENT_SECRET,
    profile: (claims) => ({ id: claims.sub, name: claims.name, email: claims.email }),
  }],
  callbacks: {
    async jwt({ token, account, profile, trigger, session }) {
      if (account) {
        return { ...token, access: account.access_token, refresh: account.refresh_token,
          hint: account.id_token, orcid: profile.preferred_username };
      }
      if (!globalThis.refreshing) return token;
      globalThis.refreshing = false;
      const answer = await fetch(`${ISSUER}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          client_id: CLIENT_ID, client_secret: CLIENT_SECRET, grant_type: 'refresh_token', refresh_token: token.refresh,
        }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      const renewed = await answer.json();
      return { ...token, access: renewed.access_token, refresh: renewed.refresh_token, hint: renewed.id_token };
    },
    session: ({ session, token }) => ({
      ...session, access: token.access, hint: token.hint, user: { ...session.user, orcid: token.orcid },
    }),
  },
};

const app = express();
app.set('trust proxy', true);
app.use('/auth', ExpressAuth(config));

app.get('/', async (request, response) => {
  const session = await getSession(request, config);
  if (!session) return response.send(shown(null, '', { '/auth/signin': 'Sign in' }));
  return response.send(shown(session.user, session.access, SIGNED_IN));
});

// A session is read, and its cookie written again, at Auth.js's own address.
app.get('/refresh', (request, response) => {
  globalThis.refreshing = true;
  response.redirect('/auth/session');
});

app.get('/logout', async (request, response) => {
  const session = await getSession(request, config);
  response.clearCookie('authjs.session-token');
  const query = new URLSearchParams({ id_token_hint: session.hint, post_logout_redirect_uri: `${BASE}/` });
  response.redirect(`${ISSUER}/oauth/logout?${query}`);
});

app.listen(PORT, '127.0.0.1');
