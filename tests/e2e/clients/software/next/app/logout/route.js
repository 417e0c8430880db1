import { redirect } from 'next/navigation';
import { auth, signOut } from '../../auth.js';

export async function GET() {
  const { hint } = await auth();
  await signOut({ redirect: false });
  const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: `${process.env.BASE}/` });
  redirect(`${process.env.ISSUER}/oauth/logout?${query}`);
}
