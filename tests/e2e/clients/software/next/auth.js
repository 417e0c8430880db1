// Auth.js in Next.js, as its documentation says: an OpenID provider of one's own, and refresh by a callback.
import NextAuth from 'next-auth';

const { ISSUER, CLIENT_ID, CLIENT_SECRET } = process.env;

async function renewed(refresh) {
  const form = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, grant_type: 'refresh_token', refresh_token: refresh };
  const answer = await fetch(`${ISSUER}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export const { handlers, auth, signIn, signOut, unstable_update } = NextAuth(() => ({
  providers: [{
    id: 'profiles', name: 'DataCite Profiles', type: 'oidc', issuer: ISSUER,
    authorization: { params: { scope: 'openid profile email offline_access' } },
    clientId: CLIENT_ID, clientSecret: CLIENT_SECRET,
    profile: (claims) => ({ id: claims.sub, name: claims.name, email: claims.email }),
  }],
  callbacks: {
    async jwt({ token, account, profile, trigger }) {
      const tokens = account ?? (trigger === 'update' && await renewed(token.refresh));
      if (!tokens) return token;
      const orcid = profile?.preferred_username ?? token.orcid;
      return { ...token, orcid, access: tokens.access_token, refresh: tokens.refresh_token, hint: tokens.id_token };
    },
    session: ({ session, token }) => ({
      ...session, access: token.access, hint: token.hint, user: { ...session.user, orcid: token.orcid },
    }),
  },
}));
