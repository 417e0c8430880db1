import { createHash } from 'node:crypto';
import { auth, signIn } from '../auth.js';

async function begin() {
  'use server';
  await signIn('profiles');
}

export default async function Page() {
  const session = await auth();
  if (!session) return <><p>Not signed in</p><form action={begin}><button>Sign in</button></form></>;
  const token = createHash('sha256').update(session.access).digest('hex').slice(0, 12);
  return <>
    <p>Signed in</p>
    {['name', 'orcid', 'email'].map((name) => <p key={name}>{`${name}: ${session.user[name]}`}</p>)}
    <p>{`token: ${token}`}</p>
    <form action="/refresh"><button>Refresh</button></form>
    <form action="/logout"><button>Sign out</button></form>
  </>;
}
