// passport-openidconnect, as its documentation says, with its option nonce. It has no refresh.
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';
import { BASE, CLIENT_ID, CLIENT_SECRET, ISSUER, PORT, shown } from './page.mjs';

passport.use(new OpenIDConnectStrategy({
  issuer: ISSUER,
  authorizationURL: `${ISSUER}/oauth/authorize`,
  tokenURL: `${ISSUER}/oauth/token`,
  userInfoURL: `${ISSUER}/oauth/userinfo`,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  callbackURL: `${BASE}/callback`,
  scope: ['profile', 'email'],
  nonce: true,
  skipUserProfile: false,
}, (issuer, profile, context, idToken, done) => done(null, {
  name: profile.displayName, orcid: profile.username, email: profile.emails?.[0]?.value, hint: idToken,
})));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(session({ name: 'passport', secret: 'of the tests', resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get('/', (request, response) => response.send(
  request.user ? shown(request.user, '', { '/logout': 'Sign out' }) : shown(null),
));
app.get('/login', passport.authenticate('openidconnect'));
app.get('/callback', passport.authenticate('openidconnect', { successRedirect: '/' }));
app.get('/logout', (request, response, next) => {
  const { hint } = request.user;
  request.logout((error) => {
    if (error) return next(error);
    const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: `${BASE}/` });
    return response.redirect(`${ISSUER}/oauth/logout?${query}`);
  });
});
app.listen(PORT, '127.0.0.1');
