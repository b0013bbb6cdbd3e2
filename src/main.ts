import { runAsProcess } from './process.js';
import { startApi } from './service.js';

await runAsProcess(startApi);
