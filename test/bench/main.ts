import { clinicalBench } from './clinical.bench.js';
import { fanoutBench } from './fanout.bench.js';
import { print, printMachine } from './figures.js';
import { protocolBench } from './protocol.bench.js';

print('Trialogue bench: figures, no gate');
printMachine();
protocolBench();
clinicalBench();
await fanoutBench();
