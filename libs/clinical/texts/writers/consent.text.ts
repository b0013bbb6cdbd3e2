import type { ConsentRecorded, PreparationReady } from '../../event.registry.js';
import { moment } from '../quantities.js';
import { capital, type Description, type Tongue } from '../tongue.js';

export function consentRecorded(made: ConsentRecorded, t: Tongue): Description {
  return {
    title: t.say('consent.title', { action: t.word('consent', made.action) }),
    lines: [
      ...(made.action === 'given' ? [] : [t.say('consent.stop')]),
      t.say('consent.when', {
        at: moment(made.decided_at),
        who: t.word('givenBy', made.given_by),
        method: t.word('consentMethod', made.method),
      }),
      ...named('consent.representative', made.representative, t),
      ...t.listed('consent.scopes', t.words('scope', made.scopes)),
      ...(made.document === null
        ? []
        : [t.say('consent.document', { title: made.document.title, version: made.document.version })]),
      ...(made.document?.reference == null
        ? []
        : [t.say('consent.reference', { reference: made.document.reference })]),
      ...named('consent.witness', made.witness, t),
      ...named('consent.interpreter', made.interpreter, t),
      ...(made.action === 'given' ? agreed(made, t) : []),
      ...t.told('common.remark', made.remark),
    ],
    clientText: made.client_text,
  };
}

function agreed(made: ConsentRecorded, t: Tongue): string[] {
  const { valid_until: day } = made;
  return [
    ...t.listed('consent.topics', t.words('topic', made.topics)),
    t.say(made.said_back ? 'consent.saidBack' : 'consent.notSaidBack'),
    day === null ? t.say('consent.open') : t.say('consent.until', { day }),
    ...sharing(made, t),
  ];
}

function sharing({ disclosure }: ConsentRecorded, t: Tongue): string[] {
  if (disclosure === null) return [];
  const { recipients, what, purpose, expires_on: day, part2 } = disclosure;
  return [
    ...t.listed('consent.recipients', recipients),
    ...t.told('consent.what', what),
    ...t.told('consent.purpose', purpose),
    ...t.onDay('consent.disclosureUntil', day),
    ...(part2 ? [t.say('consent.part2')] : []),
  ];
}

function named(
  key: 'consent.representative' | 'consent.witness' | 'consent.interpreter',
  name: string | null,
  t: Tongue,
): string[] {
  return name === null ? [] : [t.say(key, { name })];
}

export function preparationReady(ready: PreparationReady, t: Tongue): Description {
  const { checklist } = ready;
  const checks = Object.keys(checklist) as (keyof typeof checklist)[];
  return {
    title: t.say('preparation.title', { number: ready.session_number }),
    lines: [
      t.say('preparation.when', {
        at: moment(ready.confirmed_at),
        where: t.word('modality', ready.modality),
        region: ready.location_region,
      }),
      ...(ready.session_at === null ? [] : [t.say('preparation.session', { at: moment(ready.session_at) })]),
      ...(ready.emergency_address === null
        ? []
        : [t.say('preparation.address', { address: ready.emergency_address })]),
      ...t.told('preparation.intention', ready.intention),
      ...people(ready, t),
      ...(ready.consent === null ? [t.say('preparation.noConsent')] : []),
      ...checks.map((name) =>
        t.say('preparation.check', {
          what: capital(t.word('ready', name)),
          state: t.word('done', checklist[name]),
        }),
      ),
      ...t.listed('common.questions', ready.open_questions),
    ],
    clientText: ready.client_text,
  };
}

function people(ready: PreparationReady, t: Tongue): string[] {
  const { ride_home: ride, chaperone, emergency_contact: contact } = ready;
  return [
    ride === null ? t.say('preparation.noRide') : t.say('preparation.ride', ride),
    ...(chaperone === null ? [] : [t.say('preparation.chaperone', chaperone)]),
    contact === null ? t.say('preparation.noEmergency') : t.say('preparation.emergency', contact),
  ];
}
