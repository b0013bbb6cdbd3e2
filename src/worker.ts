import { runAsProcess } from './process.js';
import { startWorker } from './service.js';

await runAsProcess((config) => startWorker({ ...config, worker: true }));
