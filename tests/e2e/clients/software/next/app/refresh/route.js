import { redirect } from 'next/navigation';
import { unstable_update } from '../../auth.js';

export async function GET() {
  await unstable_update({});
  redirect('/');
}
