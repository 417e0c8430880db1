import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// What is installed lies in the folder above.
export default { turbopack: { root: dirname(dirname(fileURLToPath(import.meta.url))) } };
