/**
 * The load generator, in a process of its own. Environment: TARGET trialogue | bare, URL, FOUNDING_TOKEN, ROOMS, SECONDS,
 * RATE (0: closed loop, one message in flight per room). Prints one JSON line per measured round on request ('go' on stdin).
 */
import { createInterface } from 'node:readline';
import { BareRooms } from './bare.rooms.js';
import { quantile } from './figures.js';
import type { Room, Rooms } from './rooms.js';
import { TrialogueRooms } from './trialogue.rooms.js';

const setting = (name: string): string => process.env[name] ?? '';

/** Closed loop: every room sends its next message when the last has arrived. */
async function saturate(rooms: readonly Room[], milliseconds: number): Promise<number[]> {
  const until = performance.now() + milliseconds;
  const latencies: number[] = [];
  await Promise.all(
    rooms.map(async (room) => {
      while (performance.now() < until) latencies.push(await room.send());
    }),
  );
  return latencies;
}

/** Open loop at `rate` per second over all rooms; a room still busy takes its message when it is free, and the wait counts. */
async function pace(rooms: readonly Room[], rate: number, milliseconds: number): Promise<number[]> {
  const total = Math.floor((rate * milliseconds) / 1000);
  const startedAt = performance.now();
  const latencies: number[] = [];
  const lines = rooms.map((): Promise<void> => Promise.resolve());
  for (let index = 0; index < total; index += 1) {
    const dueAt = startedAt + (index * 1000) / rate;
    const wait = dueAt - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const place = index % rooms.length;
    const room = rooms[place];
    if (room === undefined) break;
    lines[place] = (lines[place] ?? Promise.resolve()).then(async () => {
      await room.send();
      latencies.push(performance.now() - dueAt);
    });
  }
  await Promise.all(lines);
  return latencies;
}

const target: Rooms =
  setting('TARGET') === 'bare'
    ? new BareRooms(setting('URL'))
    : new TrialogueRooms(setting('URL'), setting('FOUNDING_TOKEN'));
const rooms = await target.open(Number(setting('ROOMS')), (line) => process.stderr.write(`  … ${line}\n`));
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const [order, amount] = line.split(' ');
  const milliseconds = Number(setting('SECONDS')) * 1000;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const latencies =
    order === 'pace' ? await pace(rooms, Number(amount), milliseconds) : await saturate(rooms, milliseconds);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  latencies.sort((a, b) => a - b);
  const report = {
    messages: latencies.length,
    perSecond: latencies.length / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    generatorCpuShare: (cpu.user + cpu.system) / 1e6 / seconds,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
target.close();
