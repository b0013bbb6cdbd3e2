import {
  EXAMPLE_VITALS_RULES,
  RULE_SET_LABEL,
  exampleOf,
  ruleSetSigningText,
  type VitalsReading,
} from '#clinical';
import type { CaseView } from '#client';
import { CONTENT } from '#protocol';
import { Insider } from '../../support/client/insider.js';
import { newPlayer, newScene, openCase, type Player } from '../../support/client/scene.js';
import { codeOf, laneOf, syncAll } from '../../support/client/shown.js';

const DAY_MS = 86_400_000;
const HIGH: VitalsReading = {
  taken_at: '2026-11-23T13:00:00Z',
  phase: 'during',
  systolic_mmhg: 172,
  diastolic_mmhg: 104,
  heart_rate_bpm: 78,
  spo2_percent: 97,
  device: null,
};

const ASKS = { action: 'answer_required', urgency: 'soon' } as const;

function caseOf(player: Player): CaseView {
  const [only] = player.member.cases();
  if (only === undefined) throw new Error('no case here');
  return only;
}

async function caseWithDirector() {
  const scene = await newScene();
  await openCase(scene);
  const director = await newPlayer(scene.service, scene.administrator, 'director', 'Dana Director');
  await scene.therapist.member.sync();
  await laneOf(scene.therapist).addMember({ userId: director.member.userId });
  await director.member.sync();
  return { ...scene, director };
}

const verdictsOf = (player: Player) =>
  caseOf(player)
    .redFlags({ vitals: [HIGH] })
    .map(({ verdict }) =>
      verdict.kind === 'silent' ? verdict.because : verdict.flags.map(({ ruleId }) => ruleId),
    );

describe('a rule set', () => {
  it('is silent as it is shipped: nobody approved it, and silence is said', async () => {
    const { therapist } = await caseWithDirector();
    expect(caseOf(therapist).ruleSets()).toEqual([]);
    const [answer] = caseOf(therapist).redFlags({ vitals: [HIGH] }, { ruleSet: EXAMPLE_VITALS_RULES });
    expect(answer?.verdict).toMatchObject({ kind: 'silent', because: 'disabled' });
  });

  it('speaks to everybody in the case once a director has signed it, with what it compared', async () => {
    const { director, therapist, client } = await caseWithDirector();
    const { ruleSet } = await laneOf(director).approveRules(EXAMPLE_VITALS_RULES);
    await syncAll([therapist, client]);
    for (const player of [therapist, client]) {
      expect(verdictsOf(player)).toEqual([['measure_again', 'ask_prescriber']]);
    }
    const [answer] = caseOf(client).redFlags({ vitals: [HIGH] }, { ruleSet });
    expect(answer?.verdict).toMatchObject({
      kind: 'judged',
      flags: [
        {
          evidence: [{ measure: 'systolic_mmhg', value: 172, threshold: 140, thresholdFrom: 'rule_set' }, {}],
        },
        {},
      ],
    });
    expect(caseOf(client).ruleSets()).toMatchObject([
      { silence: null, signer: director.member.userId, signerRole: 'director' },
    ]);
  });

  it('judges the readings on record too: what an alert says and the account of a session repeats is found once', async () => {
    const { director, therapist, client } = await caseWithDirector();
    await laneOf(director).approveRules(EXAMPLE_VITALS_RULES);
    await therapist.member.sync();
    const [unmeasured] = caseOf(therapist).redFlags({ vitals: [] });
    const gap: unknown = expect.objectContaining({ ruleId: 'ask_prescriber' });
    const notJudged: unknown = expect.arrayContaining([gap]);
    expect(unmeasured).toMatchObject({ readings: [], verdict: { flags: [], notJudged } });
    const alert = {
      ...exampleOf('vitals_alert'),
      readings: [HIGH],
      exceeded: [],
      symptoms: [],
      concern: 'Pale',
    };
    await laneOf(therapist).post({ ...alert, supersedes: null });
    const account = { ...exampleOf('session_outcome'), supersedes: null, vitals: [HIGH], scales: [] };
    await laneOf(therapist).post(account);
    await client.member.sync();
    for (const player of [therapist, client]) {
      const found = caseOf(player)
        .redFlags({ vitals: [] })
        .flatMap(({ verdict, readings }) =>
          readings.length === 1 && verdict.kind === 'judged' ? verdict.flags : [],
        );
      expect(found).toMatchObject([
        { ruleId: 'measure_again', at: HIGH.taken_at },
        { ruleId: 'ask_prescriber', at: HIGH.taken_at },
      ]);
    }
    expect(verdictsOf(client)).toEqual([['measure_again', 'ask_prescriber']]);
  });

  it('takes the limits a prescriber set for this client into account', async () => {
    const { director, prescriber, therapist } = await caseWithDirector();
    await laneOf(director).approveRules(EXAMPLE_VITALS_RULES);
    await prescriber.member.sync();
    const limits = {
      systolic_max_mmhg: 175,
      diastolic_max_mmhg: 110,
      heart_rate_max_bpm: null,
      spo2_min_percent: null,
    };
    await laneOf(prescriber).post({ ...exampleOf('eligibility_decision'), vitals_limits: limits });
    await therapist.member.sync();
    expect(verdictsOf(therapist)).toEqual([['measure_again']]);
  });

  it('stays silent when anybody else signs it, or a director signs in the name of another', async () => {
    const { director, therapist, prescriber } = await caseWithDirector();
    expect(await codeOf(laneOf(therapist).approveRules(EXAMPLE_VITALS_RULES))).toBe('lane.not_permitted');
    const approval = {
      approved_by: therapist.member.userId,
      role: 'director',
      approved_at: '2026-01-01T00:00:00Z',
      expires_on: null,
    } as const;
    const forged = ruleSetSigningText({ ...EXAMPLE_VITALS_RULES, enabled: true, approval });
    await laneOf(therapist).note(forged);
    await prescriber.member.sync();
    expect(verdictsOf(prescriber)).toEqual(['not_a_director']);
    await director.member.sync();
    await laneOf(director).note(forged);
    await prescriber.member.sync();
    expect(verdictsOf(prescriber)).toEqual(['other_signer']);
  });

  it('is not displaced by what somebody else puts there, and ends when a director withdraws it', async () => {
    const { director, therapist, client } = await caseWithDirector();
    const { ruleSet } = await laneOf(director).approveRules(EXAMPLE_VITALS_RULES);
    await therapist.member.sync();
    await laneOf(therapist).note(ruleSetSigningText({ ...ruleSet, enabled: false, approval: 'none' }));
    await client.member.sync();
    expect(verdictsOf(client)).toEqual([['measure_again', 'ask_prescriber']]);
    await director.member.sync();
    await laneOf(director).withdrawRules(ruleSet);
    await client.member.sync();
    expect(verdictsOf(client)).toEqual(['disabled']);
  });

  it('ends with a withdrawal that stands later in the lane, also when the clock it was written by is slow', async () => {
    const { service, director, client } = await caseWithDirector();
    const { ruleSet } = await laneOf(director).approveRules(EXAMPLE_VITALS_RULES);
    const insider = await Insider.of(service, director);
    const { threadId } = laneOf(director);
    const text = ruleSetSigningText({ ...ruleSet, enabled: false, approval: 'none' });
    const content = { event: 'note', schema: 1, about: null, text };
    const tsMs = Date.now() - 120_000;
    service.force(threadId, insider.message(threadId, { contentType: CONTENT.note, content, tsMs }).bytes);
    await client.member.sync();
    expect(verdictsOf(client)).toEqual(['disabled']);
  });

  it('is another set when a single threshold differs from what was signed', async () => {
    const { director, therapist } = await caseWithDirector();
    const lastDayMs = Date.now() + 30 * DAY_MS;
    const { ruleSet } = await laneOf(director).approveRules(EXAMPLE_VITALS_RULES, {
      expiresOn: new Date(lastDayMs).toISOString().slice(0, 10),
    });
    await therapist.member.sync();
    const altered = { ...ruleSet, rules: ruleSet.rules.slice(1) };
    const [answer] = caseOf(therapist).redFlags({ vitals: [HIGH] }, { ruleSet: altered });
    expect(answer?.verdict).toMatchObject({ kind: 'silent', because: 'unsigned' });
    expect(caseOf(therapist).ruleSets(lastDayMs + 2 * DAY_MS)).toMatchObject([{ silence: 'expired' }]);
  });
});

describe('a rule set about what is on record', () => {
  const when = {
    kind: 'all' as const,
    of: [
      { kind: 'medication' as const, terms: ['alphadrug'] },
      { kind: 'fact' as const, fact: 'contraindication_liver_disease', one_of: ['present'] },
    ],
  };
  const [first] = EXAMPLE_VITALS_RULES.rules;
  if (first === undefined) throw new Error('the example has a rule');
  const draft = {
    ...EXAMPLE_VITALS_RULES,
    format: 'trialogue/rule-set/2' as const,
    rules: [{ ...first, rule_id: 'the_pair', follows: ASKS, when }],
  };

  it('says what was missing until it is on record, then flags it with what it saw', async () => {
    const { director, prescriber, therapist, client } = await caseWithDirector();
    await laneOf(director).approveRules(draft);
    await client.member.sync();
    const told = () => caseOf(client).redFlags({ vitals: [] })[0]?.verdict;
    expect(told()).toMatchObject({
      flags: [],
      notJudged: [{ what: 'medications' }, { what: 'fact_missing', fact: 'contraindication_liver_disease' }],
    });
    const example = exampleOf('eligibility_decision');
    const contraindications = { ...example.contraindications, liver_disease: 'present' as const };
    await prescriber.member.sync();
    await laneOf(prescriber).post({ ...example, contraindications });
    const change = exampleOf('medication_change');
    const started = { ...change.changes[0], what: 'started', name: 'SYNTHETIC alphadrug', dose_before: null };
    const changed = { ...change, supersedes: null, interactions: [], taken_now: null };
    await therapist.member.sync();
    await laneOf(therapist).post({ ...changed, changes: [{ ...started, dose_now: '1 mg' }] });
    await client.member.sync();
    expect(told()).toMatchObject({
      flags: [
        {
          ruleId: 'the_pair',
          evidence: [
            { kind: 'medication', name: 'SYNTHETIC alphadrug' },
            { kind: 'fact', fact: 'contraindication_liver_disease', value: 'present' },
          ],
        },
      ],
      notJudged: [],
    });
  });

  it('takes nothing for "no" while a lane may hold more than the service has served', async () => {
    const { director, therapist, client } = await caseWithDirector();
    const takes = { kind: 'medication' as const, terms: ['alphadrug'] };
    await laneOf(director).approveRules({
      ...draft,
      rules: draft.rules.map((rule) => ({ ...rule, when: takes })),
    });
    const change = exampleOf('medication_change');
    const whole = { ...change, supersedes: null, interactions: [], taken_now: [] };
    await therapist.member.sync();
    await laneOf(therapist).post({
      ...whole,
      changes: [{ ...change.changes[0], name: 'SYNTHETIC gammadrug' }],
    });
    await client.member.sync();
    const told = () => caseOf(client).redFlags({ vitals: [] })[0]?.verdict;
    expect(told()).toMatchObject({ flags: [], notJudged: [] });
    await laneOf(therapist).removeMember(client.member.userId);
    await client.member.sync();
    expect(told()).toMatchObject({ flags: [], notJudged: [{ what: 'entries_not_read' }] });
  });

  it('of a format this version cannot judge by is said to be there, and the one before it is not used in its place', async () => {
    const { director, therapist } = await caseWithDirector();
    await laneOf(director).approveRules(EXAMPLE_VITALS_RULES);
    const { rule_set_id: id, title, version } = EXAMPLE_VITALS_RULES;
    const later = { format: 'trialogue/rule-set/3', rule_set_id: id, title, version: version + 1 };
    const text = `${RULE_SET_LABEL}\n${JSON.stringify(later)}`;
    await laneOf(therapist).note(text);
    await director.member.sync();
    expect(verdictsOf(director)).toEqual([['measure_again', 'ask_prescriber']]);
    await laneOf(director).note(text);
    await therapist.member.sync();
    expect(verdictsOf(therapist)).toEqual(['newer_format']);
    expect(caseOf(therapist).ruleSets()).toMatchObject([
      { ruleSet: { rule_set_id: id, version: version + 1 }, silence: 'newer_format' },
    ]);
  });
});
