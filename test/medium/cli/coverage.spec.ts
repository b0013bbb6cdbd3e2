import { Terminals, list, type Ended } from './terminal.js';

let terminals: Awaited<ReturnType<typeof Terminals.inProcess>>;
const ids = new Map<string, string>();
let caseId = '';

interface Failure {
  readonly message: string;
}

const as = (profile: string, ...args: readonly string[]): Promise<Ended> => terminals.as(profile, ...args);
const failure = (ended: Ended) => ended.json['error'] as Failure;
const idOf = (profile: string): string => ids.get(profile) ?? '';
const SOON = ['--from', '1h', '--to', '3h'] as const;

async function setRota(people: readonly string[]): Promise<Ended> {
  const example = await terminals.run(['coverage', 'rota', 'example', '--json']);
  const [rule] = example.json['primary'] as object[];
  const rota = { ...example.json, primary: [{ ...rule, people, starts_on: '2026-01-05' }] };
  const args = ['coverage', 'rota', 'set', 'prescriber', '--from', '-', '--profile', 'director', '--json'];
  return terminals.run(args, { input: JSON.stringify(rota) });
}

beforeAll(async () => {
  terminals = await Terminals.inProcess();
  const roles = ['therapist', 'prescriber', 'client', 'director'];
  caseId = await terminals.openCase(...roles);
  await terminals.join('colleague', 'prescriber');
  for (const profile of [...roles, 'colleague']) {
    ids.set(profile, String((await as(profile, 'me', '--offline')).json['userId']));
  }
});

afterAll(async () => {
  await terminals.stop();
});

describe('coverage on the command line', () => {
  it('is planned by a director, and seen by everybody on the staff with the names they know', async () => {
    const set = await setRota([idOf('prescriber').slice(0, 8)]);
    expect([set.code, set.json]).toEqual([0, { role: 'prescriber', version: 1 }]);
    // With his first look he tells the case his name.
    await as('prescriber', 'me');
    const duty = await as('therapist', 'coverage', 'on-duty', 'prescriber');
    expect(duty.json).toMatchObject({ hasRota: true, primary: idOf('prescriber'), secondary: null });
    expect(Object.keys(duty.json).sort()).toEqual(['at', 'hasRota', 'nextOnDutyAt', 'primary', 'secondary']);
    const { out } = await terminals.run(['coverage', 'on-duty', 'prescriber', '--profile', 'therapist']);
    expect(out).toMatch(/^primary {4}Person prescriber$/mu);
    expect((await as('therapist', 'coverage', 'gaps')).json['gaps']).toEqual([]);
  });

  it('is nobody else’s: a client and a colleague who does not plan are refused', async () => {
    expect((await as('client', 'coverage', 'on-duty', 'prescriber')).code).toBe(2);
    const override = ['coverage', 'override', 'set', 'prescriber', '--person', 'nobody', ...SOON];
    const refused = await as('therapist', ...override);
    expect([refused.code, refused.json['error']]).toMatchObject([1, { code: 'coverage.not_found' }]);
  });

  it('refuses what cannot be used before anything is sent, field by field', async () => {
    const nobody = await setRota(['Person nobody']);
    expect([nobody.code, failure(nobody).message]).toEqual([2, expect.stringContaining('is nobody here')]);
    const args = ['coverage', 'calendar', 'set', '--from', '-', '--profile', 'director', '--json'];
    const broken = await terminals.run(args, { input: '{"format":"trialogue/business-calendar/1"}' });
    expect([broken.code, failure(broken).message]).toEqual([2, expect.stringContaining('  zone: ')]);
    const backwards = await as('prescriber', 'coverage', 'leave', 'add', '--from', '3h', '--to', '1h');
    expect([backwards.code, failure(backwards).message]).toEqual([2, '--to must be later than --from.']);
  });

  it('has opening hours set by the administrator, and shows who planned what', async () => {
    const example = await terminals.run(['coverage', 'calendar', 'example', '--json']);
    const set = await terminals.run(['admin', 'coverage', 'calendar', 'set', '--from', '-', '--json'], {
      env: terminals.administratorEnv,
      input: example.out,
    });
    expect(set.json).toEqual({ version: 1 });
    const shown = await as('prescriber', 'coverage', 'calendar', 'show');
    expect(shown.json['calendar']).toEqual(example.json);
    const acts = list(await terminals.admin('coverage', 'acts'), 'acts');
    expect(acts.map(({ act }) => act)).toEqual(['calendar_set', 'rota_set']);
  });

  it('swaps duty between two people, of whom the second has to agree', async () => {
    const taker = idOf('colleague').slice(0, 8);
    const asked = await as(
      'prescriber',
      'coverage',
      'swap',
      'propose',
      'prescriber',
      '--with',
      taker,
      ...SOON,
    );
    expect([asked.code, asked.json['state'], asked.json['taker']]).toEqual([
      0,
      'proposed',
      idOf('colleague'),
    ]);
    const then = async () =>
      (await as('director', 'coverage', 'on-duty', 'prescriber', '--at', '2h')).json['primary'];
    expect(await then()).toBe(idOf('prescriber'));
    const swap = String(asked.json['id']);
    expect((await as('director', 'coverage', 'swap', 'accept', swap)).code).toBe(1);
    expect((await as('colleague', 'coverage', 'swap', 'accept', swap)).code).toBe(0);
    expect(await then()).toBe(idOf('colleague'));
  });

  it('notes leave with a cover, takes it back, and shows notes and checks', async () => {
    const cover = ['--cover', idOf('colleague').slice(0, 8)];
    const added = await as('prescriber', 'coverage', 'leave', 'add', '--from', '2d', '--to', '3d', ...cover);
    const id = String(added.json['id']);
    const leave = async () => list(await as('prescriber', 'coverage', 'changes'), 'leave');
    expect(await leave()).toMatchObject([{ id, personId: idOf('prescriber'), coverId: idOf('colleague') }]);
    expect((await as('prescriber', 'coverage', 'leave', 'remove', id)).code).toBe(0);
    expect(await leave()).toEqual([]);
    expect((await as('prescriber', 'coverage', 'notes')).json).toEqual({ notes: [] });
    expect((await as('prescriber', 'coverage', 'readiness')).json).toEqual({ checks: [] });
  });

  it('tells the client whether somebody reads, without a name', async () => {
    const said = await as('client', 'availability', caseId);
    const [lane, ...others] = list(said, 'lanes');
    expect(others).toEqual([]);
    expect(lane).toMatchObject({
      lane: 'care_team',
      roles: [{ role: 'therapist' }, { role: 'prescriber', state: 'on_duty', from: null }],
    });
    const { out } = await terminals.run(['read', caseId, '--profile', 'client']);
    expect(out).toMatch(/^ {3}Someone of the medical team is on duty now\.$/mu);
    expect(out).toMatch(/^ {3}The therapy team is (open now|closed until .+)\.$/mu);
  });
});
