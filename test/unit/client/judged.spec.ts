import { jest } from '@jest/globals';
import { REPLAY_CASES, exampleOf } from '#clinical';
import type { CaseStanding, CaseView } from '#client';
import { CONTENT } from '#protocol';
import { Reader } from '../../../libs/client/reader.js';
import { Insider } from '../../support/client/insider.js';
import { Replaying } from '../../support/client/replaying.js';
import { comeBack, newPlayer, newScene, openCase, type Player } from '../../support/client/scene.js';
import { lastShown, laneOf, syncAll } from '../../support/client/shown.js';

const MORNING = 'the morning of the first session';
const HOME = 'home after the first session';
const NOW_MS = Date.parse('2026-12-01T12:00:00Z');
const QUESTION = {
  number: 1,
  startsAt: new Date('2026-12-02T12:00:00Z'),
  modality: 'in_clinic',
  region: 'US-CO',
} as const;

function caseOf(player: Player): CaseView {
  const [only] = player.member.cases();
  if (only === undefined) throw new Error('no case here');
  return only;
}

const standingOf = (player: Player): CaseStanding => caseOf(player).standing(NOW_MS);

describe('the case as it stands', () => {
  it('follows a course entry by entry: phase, dose, sessions, and whether the next one may begin', async () => {
    const scene = await newScene();
    const replaying = await Replaying.of(scene, 'course-completed');
    const { therapist } = scene;
    for (const moment of [MORNING, HOME]) {
      await replaying.playUntil(moment);
      await therapist.member.sync();
      const { expected } = replaying.moment(moment);
      const report = caseOf(therapist).gate(replaying.question(moment));
      const reasons = [...Object.values(report.checks), ...report.further].flatMap((check) => check.reasons);
      expect(reasons.map(({ code }) => code)).toEqual(expected.because ?? []);
      expect(report.verdict).toBe(expected.gate);
      expect(standingOf(therapist).phase).toBe(expected.phase);
      expect(standingOf(therapist).count.done).toBe(expected.sessionsDone ?? 0);
    }
    expect(standingOf(therapist).dose?.readBacks).toMatchObject({
      therapist: { state: 'matches' },
      client: { state: 'matches' },
    });
  });

  it('is the same for all who read the same lanes, however they synced and whenever they first looked', async () => {
    const scene = await newScene();
    const replaying = await Replaying.of(scene, 'course-completed');
    const { service, therapist, prescriber, client } = scene;
    standingOf(therapist);
    await replaying.playUntil(MORNING);
    await therapist.member.sync();
    standingOf(therapist);
    await replaying.playUntil(HOME);
    await syncAll([therapist, prescriber, client]);
    await comeBack(service, prescriber);
    expect(standingOf(therapist)).toEqual(standingOf(prescriber));
    expect(standingOf(client).lanes.care_team).toEqual(standingOf(therapist).lanes.care_team);
    expect(standingOf(client).lanes.clinicians.seq).toBe(0);
    const before = standingOf(therapist);
    await therapist.member.verify();
    expect(standingOf(therapist)).toEqual(before);
  });

  it('costs one more entry for one more entry, and nothing when there is none', async () => {
    const scene = await newScene();
    await openCase(scene);
    const { therapist } = scene;
    for (let n = 0; n < 20; n += 1) await laneOf(therapist).note(`Note ${String(n)}`);
    const open = jest.spyOn(Reader.prototype, 'open');
    const opensFor = (look: () => void): number => {
      open.mockClear();
      look();
      return open.mock.calls.length;
    };
    expect(opensFor(() => standingOf(therapist))).toBeGreaterThan(20);
    expect(opensFor(() => standingOf(therapist))).toBe(0);
    await laneOf(therapist).note('One more');
    expect(opensFor(() => standingOf(therapist))).toBe(1);
    open.mockRestore();
  });

  it('says when the next session may be, by the protocol the caller names', async () => {
    const scene = await newScene();
    const replaying = await Replaying.of(scene, 'course-completed');
    await replaying.playUntil(HOME);
    await scene.therapist.member.sync();
    const clock = caseOf(scene.therapist).clock(replaying.question(HOME));
    expect(clock.next).toMatchObject({ kind: 'window', number: 2 });
    expect(clock.integration?.first.doneAt).toBeNull();
  });
});

describe('the gate', () => {
  it('is shut while a lane may hold more than the service has served', async () => {
    const scene = await newScene();
    const replaying = await Replaying.of(scene, 'course-completed');
    await replaying.playUntil(MORNING);
    const { therapist, client } = scene;
    await syncAll([therapist, client]);
    const question = replaying.question(MORNING);
    expect(caseOf(client).gate(question).verdict).toBe('go');
    await laneOf(therapist).removeMember(client.member.userId);
    await client.member.sync();
    const { verdict, further } = caseOf(client).gate(question);
    const doubts = further.flatMap(({ reasons }) => reasons.map(({ code }) => code));
    expect([verdict, doubts]).toEqual(['no_go', ['record_behind']]);
  });
});

describe('the gate of a clinician', () => {
  it('is shut as long as the lane of the clinicians was not served: nobody knows what stands there', async () => {
    const scene = await newScene();
    const { service, administrator, therapist } = scene;
    const newcomer = await newPlayer(service, administrator, 'prescriber', 'Pia Prescriber');
    await openCase(scene);
    await therapist.member.sync();
    await laneOf(therapist).addMember({ userId: newcomer.member.userId });
    await newcomer.member.sync();
    const script = REPLAY_CASES['course-completed']();
    const question = { ...QUESTION, template: script.template, zone: script.zone };
    const codesFor = (player: Player) =>
      caseOf(player)
        .gate(question)
        .further.flatMap(({ reasons }) => reasons.map(({ code }) => code));
    expect(codesFor(newcomer)).toContain('record_behind');
    expect(codesFor(therapist)).not.toContain('record_behind');
  });
});

describe('an entry that does not count', () => {
  it('is shown with its author and the field and rule it breaks, and never changes the case', async () => {
    const scene = await newScene();
    const { service, therapist, client } = scene;
    await openCase(scene);
    const before = standingOf(client);
    const insider = await Insider.of(service, therapist);
    const { threadId } = laneOf(client);
    const content = { ...exampleOf('hold'), reason: 'the secret reason' };
    service.force(threadId, insider.message(threadId, { contentType: CONTENT.event, content }).bytes);
    await client.member.sync();
    expect(lastShown(laneOf(client))).toMatchObject({
      kind: 'invalid',
      reason: 'shape',
      name: 'hold',
      reasons: [{ path: 'reason', words: expect.stringMatching(/^must be one of/u) as unknown }],
      words: expect.stringMatching(/^The content does not have the fields of its type: reason /u) as unknown,
    });
    const { unread, ...after } = standingOf(client);
    expect(unread).toMatchObject([
      { because: 'invalid', name: 'hold', author: { userId: therapist.member.userId, role: 'therapist' } },
    ]);
    expect(unread[0]?.words).toMatch(/^reason /u);
    expect(JSON.stringify([lastShown(laneOf(client)), unread])).not.toContain('secret');
    expect({ ...after, unread: [], lanes: before.lanes }).toEqual(before);
  });

  it('is said to be of a newer version when this one cannot read it, and shuts the gate', async () => {
    const scene = await newScene();
    const { service, therapist, client } = scene;
    const replaying = await Replaying.of(scene, 'course-completed');
    await replaying.playUntil(MORNING);
    await client.member.sync();
    const insider = await Insider.of(service, therapist);
    const { threadId } = laneOf(client);
    const content = { event: 'something_later', schema: 1 };
    service.force(threadId, insider.message(threadId, { contentType: CONTENT.event, content }).bytes);
    await client.member.sync();
    expect(lastShown(laneOf(client))).toMatchObject({
      kind: 'unreadable',
      reason: 'update_needed',
      words: expect.stringContaining('cannot be read by this version') as unknown,
    });
    const { verdict, further } = caseOf(client).gate(replaying.question(MORNING));
    expect(verdict).toBe('no_go');
    expect(further.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toEqual(['entry_unread']);
  });
});

describe('the case for another system', () => {
  it('is a FHIR bundle in which every entry carries the signature its author made', async () => {
    const scene = await newScene();
    const replaying = await Replaying.of(scene, 'course-completed');
    await replaying.playUntil(MORNING);
    const { therapist } = scene;
    await therapist.member.sync();
    const { bundle, leftOut } = caseOf(therapist).exportFhir(NOW_MS);
    const resources = (bundle as unknown as { entry: { resource: Provenance }[] }).entry.map(
      ({ resource }) => resource,
    );
    const provenances = resources.filter(({ resourceType }) => resourceType === 'Provenance');
    expect(leftOut).toEqual([]);
    expect(provenances.length).toBe(replaying.moment(MORNING).entries);
    for (const { signature } of provenances) {
      expect(signature).toHaveLength(1);
      expect(Buffer.from(signature[0]?.data ?? '', 'base64')).toHaveLength(64);
      expect(signature[0]?.data).toMatch(/^[A-Za-z0-9+/]{86}==$/u);
    }
  });
});

interface Provenance {
  readonly resourceType: string;
  readonly signature: readonly { readonly data: string }[];
}
