import { backlogBench } from './backlog.bench.js';
import { clinicalBench } from './clinical.bench.js';
import { fanoutBench } from './fanout.bench.js';
import { print, printMachine } from './figures.js';
import { protocolBench } from './protocol.bench.js';

const BENCHES: Readonly<Record<string, () => void | Promise<void>>> = {
  protocol: protocolBench,
  clinical: clinicalBench,
  backlog: backlogBench,
  fanout: fanoutBench,
};

/** All of them, or those named: `npm run bench -- backlog`. */
const named = process.argv.slice(2);

print('Trialogue bench: figures, no gate');
printMachine();
for (const [name, bench] of Object.entries(BENCHES)) {
  if (named.length === 0 || named.includes(name)) await bench();
}
