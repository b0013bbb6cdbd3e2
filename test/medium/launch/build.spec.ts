import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { buildIfNeeded } from '../../../libs/launch/build.mjs';
import { runFolder } from '../../support/servers/run.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];

class SmallTree {
  readonly root = mkdtempSync(join(runFolder(), 'tree-'));
  readonly lines: string[] = [];

  constructor() {
    for (const name of SETTINGS) cpSync(join(ROOT, name), join(this.root, name));
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
    mkdirSync(join(this.root, 'libs'));
    mkdirSync(join(this.root, 'libs/launch'));
    for (const name of readdirSync(join(ROOT, 'libs/launch')).filter((each) => each.endsWith('.mjs'))) {
      cpSync(join(ROOT, 'libs/launch', name), join(this.root, 'libs/launch', name));
    }
    this.write('src/main.ts', "console.log('one', process.argv.slice(2).join());\n");
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.root, path, '..'), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  build(): Promise<boolean> {
    return buildIfNeeded({ root: this.root, log: (line) => this.lines.push(line) });
  }

  run(): string {
    return spawnSync(process.execPath, ['dist/src/main.js'], {
      cwd: this.root,
      encoding: 'utf8',
    }).stdout.trim();
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }
}

describe('building before running', () => {
  it('builds when there is no build, after an edit, and not otherwise', async () => {
    const tree = new SmallTree();
    expect(await tree.build()).toBe(true);
    expect(tree.run()).toBe('one');
    expect(await tree.build()).toBe(false);
    tree.write('src/main.ts', "console.log('two, edited');\n");
    expect(await tree.build()).toBe(true);
    expect(tree.run()).toBe('two, edited');
  });

  it('finds out that nothing changed in well under a second', async () => {
    const tree = new SmallTree();
    for (let n = 0; n < 400; n += 1) tree.write(`src/many/f${n}.ts`, `export const f${n} = ${n};\n`);
    await tree.build();
    const startedAt = performance.now();
    expect(await tree.build()).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('removes what a deleted source left: a migration that is gone must not run', async () => {
    const tree = new SmallTree();
    tree.write('migrations/1-old.ts', 'export const old = 1;\n');
    await tree.build();
    expect(tree.has('dist/migrations/1-old.js')).toBe(true);
    rmSync(join(tree.root, 'migrations/1-old.ts'));
    expect(await tree.build()).toBe(true);
    expect(tree.has('dist/migrations/1-old.js')).toBe(false);
  });

  it('mends a dist from which somebody deleted something', async () => {
    const tree = new SmallTree();
    await tree.build();
    rmSync(join(tree.root, 'dist/src'), { recursive: true });
    rmSync(join(tree.root, 'dist/.built'));
    expect(await tree.build()).toBe(true);
    expect(tree.run()).toBe('one');
  });

  it('fails with the words of the compiler, keeps the last good build and tries again next time', async () => {
    const tree = new SmallTree();
    await tree.build();
    tree.write('src/main.ts', "const n: number = 'text';\nconsole.log(n);\n");
    await expect(tree.build()).rejects.toThrow(/src\/main\.ts\(1,7\): error TS2322[^]*The build failed/);
    expect(tree.run()).toBe('one');
    await expect(tree.build()).rejects.toThrow('TS2322');
  });

  it('runs once when several commands are started together', async () => {
    const tree = new SmallTree();
    const build = () => {
      const child = spawn(process.execPath, ['libs/launch/build.mjs'], { cwd: tree.root });
      let output = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
      return new Promise<{ code: number | null; output: string }>((done) => {
        child.once('close', (code) => {
          done({ code, output });
        });
      });
    };
    const results = await Promise.all([build(), build(), build()]);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(results.filter(({ output }) => output.includes('Building')).length).toBe(1);
  });

  it('then runs the program it is given, with its arguments, its standard output untouched', () => {
    const tree = new SmallTree();
    tree.write('.env', 'GREETING=hello\n');
    tree.write('src/main.ts', "console.log(process.env['GREETING'], process.argv.slice(2).join());\n");
    const args = ['libs/launch/build.mjs', 'dist/src/main.js', '--json', 'x'];
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: tree.root, encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: 'hello --json,x\n', status: 0 });
  });
});
