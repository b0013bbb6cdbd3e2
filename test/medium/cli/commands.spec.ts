import { EVENT_TYPES, exampleOf } from '#clinical';
import { Terminals, list, type Ended } from './terminal.js';

let terminals: Awaited<ReturnType<typeof Terminals.inProcess>>;

interface Shown {
  readonly seq: number;
  readonly lane: string;
  readonly entryRef: string;
  readonly shown: { readonly kind: string; readonly note?: { readonly text: string } };
}

const as = (profile: string, ...args: readonly string[]): Promise<Ended> => terminals.as(profile, ...args);
const entries = (ended: Ended) => ended.json['entries'] as Shown[];
const notes = (ended: Ended) => entries(ended).map(({ shown }) => shown.note?.text);

async function post(profile: string, event: object, ...flags: readonly string[]): Promise<Ended> {
  const { event: name } = event as { event: string };
  const args = ['post', caseId, name, '--from', '-', ...flags, '--profile', profile, '--json'];
  return terminals.run(args, { input: JSON.stringify(event) });
}

let caseId = '';

beforeAll(async () => {
  terminals = await Terminals.inProcess({ WORKER: 'true' });
  caseId = await terminals.openCase('therapist', 'prescriber', 'client');
}, 180_000);

afterAll(async () => {
  await terminals.stop();
}, 60_000);

describe('joining', () => {
  it('answers who one is now, and the recovery kit once', async () => {
    const joined = await terminals.join('second', 'therapist');
    expect(joined.json['recoveryWords']).toHaveLength(24);
    expect(joined.json['url']).toBe(terminals.service.url);
    const me = await as('second', 'me');
    expect(me.json).toMatchObject({ userId: joined.json['userId'], displayName: 'Person second' });
    expect(me.json['roles']).toMatchObject([{ role: 'therapist', state: 'live' }]);
    expect(me.out).not.toContain((joined.json['recoveryWords'] as string[]).join(' '));
  });

  it('sets the e-mail contact on the way when asked to', async () => {
    await terminals.join('coordinator', 'coordinator', '--email', 'cory@trial.example');
    const contacts = await as('coordinator', 'contact', 'list');
    expect(contacts.json).toEqual({ contacts: [{ channel: 'email', address: 'cory@trial.example' }] });
  });
});

describe('a case', () => {
  it('opens with the only prescriber and the only client there are, in both lanes', async () => {
    const mine = await as('therapist', 'cases');
    expect(list(mine, 'cases')).toMatchObject([
      { caseId, lanes: [{ lane: 'care_team' }, { lane: 'clinicians' }] },
    ]);
    const theirs = await as('client', 'cases');
    expect(list(theirs, 'cases')).toMatchObject([{ caseId, lanes: [{ lane: 'care_team' }] }]);
  });

  it('is found by the beginning of its id and refused by one that fits nothing', async () => {
    expect((await as('client', 'read', caseId.slice(0, 6))).code).toBe(0);
    expect((await as('client', 'read', '0000'.padEnd(32, 'f'))).code).toBe(2);
  });

  it('keeps what is said between clinicians from the client', async () => {
    const sent = await as('therapist', 'note', caseId, 'between us', '--lane', 'clinicians');
    expect(sent.code).toBe(0);
    expect(Object.keys(sent.json).sort()).toEqual(['entryHash', 'entryRef', 'opened', 'seq', 'threadId']);
    expect(sent.json['entryHash']).toMatch(/^[0-9a-f]{64}$/u);
    expect(sent.json['entryRef']).toMatch(/^[\w-]{43}$/u);
    expect(notes(await as('prescriber', 'read', caseId))).toContain('between us');
    expect(notes(await as('client', 'read', caseId))).not.toContain('between us');
    const refused = await as('client', 'read', caseId, '--lane', 'clinicians');
    expect([refused.code, refused.json['error']]).toMatchObject([1, { code: 'lane.unknown' }]);
  });

  it('is never written to in a lane nobody named, by somebody who has both', async () => {
    const unnamed = await as('therapist', 'note', caseId, 'whom does this reach?');
    expect(unnamed.code).toBe(2);
    expect((unnamed.json['error'] as { message: string }).message).toMatch(
      /--lane care-team .*client reads it/u,
    );
    expect((await as('client', 'note', caseId, 'I have one lane only')).code).toBe(0);
  });

  it('shows people plainly which lane is which', async () => {
    const { out } = await terminals.run(['read', caseId, '--profile', 'therapist']);
    expect(out).toMatch(/== CARE TEAM — the client reads this lane/u);
    expect(out).toMatch(/== CLINICIANS — the client cannot read this lane/u);
    expect(out).toMatch(/^CLINICIANS \| .*\n?CLINICIANS \| {5}between us$/mu);
  });
});

describe('typed events', () => {
  it('are posted from JSON, and a person reads them in words', async () => {
    const referral = exampleOf('referral', new Date().toISOString());
    const sent = await post(
      'therapist',
      referral,
      '--lane',
      'care-team',
      '--needs-answer-from',
      'prescriber',
      '--in',
      '8h',
    );
    expect(sent.code).toBe(0);
    expect(sent.json['opened']).toHaveLength(1);
    const { out } = await terminals.run(['read', caseId, '--profile', 'prescriber', '--last', '2']);
    expect(out).toMatch(/referral/iu);
    expect(out).toMatch(/needs an answer from/u);
    // The referral's questionnaire has an answer that does not wait.
    expect(out).toMatch(/SAFETY FLAG/u);
  });

  it('are refused with the name of every field that does not fit, before anything is sent', async () => {
    const before = entries(await as('therapist', 'read', caseId)).length;
    const refused = await post('therapist', { event: 'referral', schema: 1 }, '--lane', 'care-team');
    expect(refused.code).toBe(2);
    expect((refused.json['error'] as { message: string }).message).toMatch(/reason: /u);
    expect(entries(await as('therapist', 'read', caseId))).toHaveLength(before);
  });

  it('of the prescriber are refused from a therapist', async () => {
    const refused = await post('therapist', exampleOf('eligibility_decision'), '--lane', 'care-team');
    expect([refused.code, refused.json['error']]).toMatchObject([1, { code: 'event.not_authorised' }]);
  });

  it('come with a schema and an example to start from', async () => {
    const schema = await terminals.run(['events', 'dose-order', '--schema', '--json']);
    expect(schema.json).toMatchObject({ type: 'object', properties: { event: { const: 'dose_order' } } });
    const example = await terminals.run(['events', 'dose_order', '--example', '--json']);
    expect(example.json).toEqual(exampleOf('dose_order'));
    expect((await terminals.run(['events', '--json'])).json['events']).toHaveLength(EVENT_TYPES.length);
    expect((await terminals.run(['events', 'prescription', '--schema'])).code).toBe(2);
  });
});

describe('what is owed', () => {
  it('goes from asked to acknowledged to answered to closed, and each side sees it', async () => {
    const asked = await as(
      'client',
      'note',
      caseId,
      'May I eat before?',
      '--needs-answer-from',
      'prescriber',
      '--in',
      '1h',
    );
    const [ref = ''] = asked.json['opened'] as string[];
    const owe = list(await as('prescriber', 'owed'), 'owe').find((due) => due['ref'] === ref);
    expect(owe).toMatchObject({
      state: 'open',
      overdue: false,
      lane: 'care_team',
      responderRole: 'prescriber',
    });
    expect((await as('prescriber', 'ack', ref)).code).toBe(0);
    expect((await as('prescriber', 'answer', ref, '--note', 'Four hours before, no more.')).code).toBe(0);
    const owed = list(await as('client', 'owed'), 'owed').find((due) => due['ref'] === ref);
    expect(owed).toMatchObject({ state: 'answered' });
    expect((await as('client', 'close', ref)).code).toBe(0);
    const again = await as('client', 'close', ref);
    expect([again.code, again.json['error']]).toMatchObject([1, { code: 'obligation.op_does_not_fit' }]);
  });

  it('can wait, be asked again, be handed over and be withdrawn', async () => {
    const asked = await as(
      'client',
      'note',
      caseId,
      'And drink?',
      '--needs-answer-from',
      'prescriber',
      '--in',
      '1h',
    );
    const [ref = ''] = asked.json['opened'] as string[];
    const short = `${ref.slice(0, 8)}/${ref.split('/')[1] ?? ''}`;
    const until = (profile: string, ...args: string[]) => as(profile, ...args).then(({ code }) => code);
    expect(
      await until('prescriber', 'wait', short, '--until', '30m', '--note', 'asking the anaesthetist'),
    ).toBe(0);
    expect(
      await until('prescriber', 'hand-over', short, '--to', 'therapist', '--note', 'you know better'),
    ).toBe(0);
    expect(await until('therapist', 'ack', short)).toBe(0);
    expect(await until('therapist', 'answer', short, '--note', 'Water until two hours before.')).toBe(0);
    expect(await until('client', 'reopen', short, '--again-by', '2h', '--note', 'And tea?')).toBe(0);
    expect(await until('client', 'withdraw', short)).toBe(0);
  });

  it('is always due by a time', async () => {
    const timeless = await as('client', 'note', caseId, 'When?', '--needs-answer-from', 'prescriber');
    expect(timeless.code).toBe(2);
    expect((await as('client', 'note', caseId, 'When?', '--in', '8h')).code).toBe(2);
    const over = ['--needs-answer-from', 'prescriber', '--due', '2020-01-01T10:00'];
    const late = await as('client', 'note', caseId, 'When?', ...over);
    expect([late.code, late.out]).toEqual([2, expect.stringContaining('write a time to come')]);
  });

  it('is marked when it is overdue', async () => {
    await as('client', 'note', caseId, 'At once?', '--needs-answer-from', 'prescriber', '--in', '1s');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const { out } = await terminals.run(['owed', '--profile', 'prescriber']);
    expect(out).toMatch(/You owe\n {2}OVERDUE .*At once\?/u);
  });
});

describe('verification', () => {
  it('checks every chain and ends at the same head and safety number for everybody', async () => {
    const [one, two] = [await as('therapist', 'verify'), await as('prescriber', 'verify')];
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(one.json['ok']).toBe(true);
    const heads = (ended: Ended) =>
      list(ended, 'chains')
        .filter(({ kind }) => kind === 'thread')
        .map(({ chainId, head }) => `${String(chainId)} ${String(head)}`)
        .sort();
    expect(heads(one)).toHaveLength(2);
    expect(heads(one)).toEqual(heads(two));
    expect(one.json['cases']).toEqual(two.json['cases']);
    const number = await as('client', 'safety-number');
    expect(number.json['safetyNumber']).toMatch(/^(\d{5} ){11}\d{5}$/u);
    expect(list(one, 'cases')[0]).toMatchObject({ safetyNumber: number.json['safetyNumber'] });
  });

  it('works on what is held when nothing goes out', async () => {
    const held = await as('client', 'read', caseId, '--offline');
    expect(held.code).toBe(0);
    expect(entries(held).length).toBeGreaterThan(3);
  });
});

describe('following', () => {
  it('prints what others write as it comes, one event a line', async () => {
    const following = terminals.run(['follow', '--for', '4s', '--profile', 'client', '--json']);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await as('prescriber', 'note', caseId, 'live and at once', '--lane', 'care-team');
    const { code, out } = await following;
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; entry?: Shown });
    expect(lines.some(({ entry }) => entry?.shown.note?.text === 'live and at once')).toBe(true);
  });
});

describe('members', () => {
  it('come and go, and the client never gets into the clinicians lane', async () => {
    const person = await terminals.join('cover', 'prescriber');
    const id = String(person.json['userId']);
    expect(list(await as('therapist', 'people'), 'people').some((one) => one['userId'] === id)).toBe(true);
    const added = await as('therapist', 'add-member', caseId, id);
    expect([added.code, list(added, 'lanes').map(({ lane }) => lane)]).toEqual([
      0,
      ['care_team', 'clinicians'],
    ]);
    await as('therapist', 'note', caseId, 'welcome', '--lane', 'clinicians');
    expect(notes(await as('cover', 'read', caseId))).toContain('welcome');
    expect((await as('therapist', 'remove-member', caseId, id)).code).toBe(0);
    await as('therapist', 'note', caseId, 'without the cover', '--lane', 'care-team');
    expect(notes(await as('cover', 'read', caseId))).not.toContain('without the cover');
    const client = String((await as('client', 'me')).json['userId']);
    const refused = await as('therapist', 'add-member', caseId, client, '--lane', 'clinicians');
    expect(refused.json['error']).toMatchObject({ code: 'person.client_in_clinicians_lane' });
  });
});

describe('being told', () => {
  it('is tried out by a drill, way by way, which fails when nobody could be reached', async () => {
    const silent = await as('client', 'drill');
    expect([silent.code, silent.out]).toEqual([1, expect.stringContaining('"channel":"none"')]);
    await as('client', 'contact', 'set-email', 'client@trial.example');
    const { code, json, err } = await as('client', 'drill');
    expect([code, json['reached'], json['done']]).toEqual([0, true, true]);
    expect(list({ json }, 'deliveries')).toMatchObject([{ channel: 'email', state: 'sent', attempts: 1 }]);
    expect(err).toMatch(/^email {2}sent/mu);
  });

  it('follows preferences that are set one by one', async () => {
    const zone = ['--zone', 'Europe/Madrid'];
    await as('client', 'contact', 'preferences', '--quiet', '22:00-07:00', ...zone);
    const { json } = await as('client', 'contact', 'preferences', '--routine', 'email,push');
    expect(json['preferences']).toEqual({
      zone: 'Europe/Madrid',
      quiet: { from: '22:00', to: '07:00' },
      digestAt: [],
      order: { routine: ['email', 'push'], soon: [] },
    });
    expect((await as('client', 'contact', 'preferences', '--quiet', 'at night')).code).toBe(2);
    const elsewhere = await as('client', 'contact', 'preferences', '--zone', 'Mars/Olympus');
    expect(elsewhere.json['error']).toMatchObject({ code: 'contact.unknown_zone' });
    expect((await as('client', 'contact', 'set-sms', '600 000 000')).code).toBe(2);
    const unset = await as('client', 'contact', 'set-sms', '+34600000000');
    expect(unset.json['error']).toMatchObject({ code: 'contact.channel_unavailable' });
  });
});

describe('an administrator', () => {
  it('sees who is attested and takes a role back', async () => {
    const person = await terminals.join('leaver', 'prescriber');
    const people = list(await terminals.admin('people'), 'people');
    const row = people.find(({ userId }) => userId === person.json['userId']);
    expect(row).toMatchObject({ role: 'prescriber', state: 'live' });
    const hash = String(row?.['attestHash']).slice(0, 10);
    expect((await terminals.admin('suspend', hash)).json).toMatchObject({ state: 'suspended' });
    expect((await terminals.admin('suspend', hash, '--lift')).json).toMatchObject({ state: 'live' });
    expect((await terminals.admin('revoke', hash, '--reason', 'left-organisation')).code).toBe(0);
    expect((await terminals.admin('revoke', hash)).code).toBe(2);
  });
});

describe('late answers', () => {
  it('say how far they have escalated, what arrived and who was told', async () => {
    const asked = await as(
      'therapist',
      'note',
      caseId,
      'Late?',
      '--lane',
      'clinicians',
      '--needs-answer-from',
      'prescriber',
      '--in',
      '1s',
    );
    const [ref = ''] = asked.json['opened'] as string[];
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect((await as('prescriber', 'read', caseId)).code).toBe(0);
    const standing = async () =>
      list(await as('therapist', 'owed'), 'owed').find((due) => due['ref'] === ref)?.['standing'];
    expect(await standing()).toMatchObject({ levels: 4, delivered: true, seen: true });
    const { out } = await terminals.run(['owed', '--history', '--profile', 'therapist']);
    expect(out).toMatch(/level \d of 4, seen/u);
    expect(out).toMatch(/level 2: told opener .*, administrators/u);
    const offline = list(await as('therapist', 'owed', '--offline'), 'owed').find(
      (due) => due['ref'] === ref,
    );
    expect(offline).toMatchObject({ overdue: true, standing: null });
  });

  it('are listed for the administrator, not for a therapist', async () => {
    const late = list(await terminals.admin('overdue'), 'overdue');
    expect(late).toContainEqual(expect.objectContaining({ urgency: 'routine', attended: true }));
    expect(JSON.stringify(late)).not.toContain(caseId);
    expect((await as('therapist', 'overdue')).code).toBe(2);
  });

  it('follow the ladder an administrator has written and a director has approved', async () => {
    await terminals.join('director', 'director');
    const file = { ackHoldsMinutes: 30, steps: [{ who: ['opener'], at: { minutesAfterDue: 0 } }] };
    const set = (input: string) =>
      terminals.run(['admin', 'ladder', 'set', 'soon', '--from', '-', '--json'], {
        env: terminals.administratorEnv,
        input,
      });
    expect((await set('{"steps": []}')).code).toBe(2);
    const silent = await set(JSON.stringify({ ...file, steps: [{ ...file.steps[0], who: ['responder'] }] }));
    expect(silent.json['error']).toMatchObject({ code: 'ladder.unheard' });
    expect((await set(JSON.stringify(file))).json).toEqual({ urgency: 'soon', version: 1 });
    const soon = async () =>
      list(await as('therapist', 'ladder', 'show'), 'ladders').find(({ urgency }) => urgency === 'soon');
    expect(await soon()).toMatchObject({
      inForce: { version: 0, approvedBy: null },
      proposed: { version: 1 },
    });
    expect((await as('therapist', 'ladder', 'approve', 'soon', '1')).code).toBe(1);
    expect((await as('director', 'ladder', 'approve', 'soon', '1')).code).toBe(0);
    expect(await soon()).toMatchObject({ inForce: { version: 1 }, proposed: null });
    const { out } = await terminals.run(['ladder', 'show', '--profile', 'therapist']);
    expect(out).toContain('urgent  version 0 (built in), not yet approved');
    expect(out).toContain('1. at the due time: opener');
  });

  it('are not waited for longer than two business days', async () => {
    const asked = await as(
      'client',
      'note',
      caseId,
      'How long?',
      '--needs-answer-from',
      'prescriber',
      '--in',
      '9d',
    );
    const [ref = ''] = asked.json['opened'] as string[];
    const wait = (until: string) => as('prescriber', 'wait', ref, '--until', until, '--note', 'asking');
    expect((await wait('8d')).json['error']).toMatchObject({ code: 'obligation.wait_too_long' });
    expect((await wait('20h')).code).toBe(0);
  });
});
