import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Median and spread of the rounds: these machines are noisy, one round says nothing. */
export interface Figure {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function figure(rounds: readonly number[]): Figure {
  const sorted = [...rounds].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

/** Nearest-rank quantile of an ascending list. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A progress line, on the error stream so that the figures can be piped. */
export function progress(line: string): void {
  process.stderr.write(`  … ${line}\n`);
}

function digits(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

export function show({ median, low, high }: Figure): string {
  return `${digits(median)}  (${digits(low)} – ${digits(high)})`;
}

export function row(name: string, ...cells: readonly string[]): string {
  return [name.padEnd(46), ...cells.map((cell) => cell.padEnd(30))].join(' ').trimEnd();
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as {
    version: string;
  };
  return `${name} ${manifest.version}`;
}

export function printMachine(): void {
  const [cpu] = os.cpus();
  print(
    `machine   ${os.cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}`,
  );
  print(
    `versions  node ${process.versions.node}, ${['libsodium-wrappers', 'socket.io', '@nestjs/core', 'typeorm', 'pg', 'bullmq'].map(versionOf).join(', ')}`,
  );
  print(`commit    ${commit()}`);
}
