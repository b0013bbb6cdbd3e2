import type { SessionStartCheck } from '../../event.registry.js';
import { START_CONDITIONS, type StartCondition } from '../../events/session-start-check.schema.js';
import { FURTHER_CONDITIONS } from '../../gate/gate.contract.js';
import { moment } from '../quantities.js';
import { capital, type Description, type Tongue } from '../tongue.js';
import { vitalsLines } from './session.text.js';

export function sessionStartCheck(made: SessionStartCheck, t: Tongue): Description {
  const number = { number: made.session_number };
  return {
    title: made.result === 'go' ? t.say('start.go', number) : t.say('start.noGo', number),
    lines: [
      ...t.told('start.because', made.no_go_because),
      ...START_CONDITIONS.flatMap((name) => condition(name, made, t)),
      ...made.further.flatMap((check) => furtherCondition(check, t)),
      t.say('start.when', {
        at: moment(made.checked_at),
        where: t.word('modality', made.modality),
        region: made.location_region,
      }),
      ...(made.emergency_address === null
        ? []
        : [t.say('start.address', { address: made.emergency_address })]),
      ...(made.vitals === null ? [t.say('start.noVitals')] : vitalsLines([made.vitals], t)),
      ...today(made, t),
      ...(made.ride_home === null ? [] : [t.say('preparation.ride', made.ride_home)]),
      ...(made.chaperone === null ? [] : [t.say('preparation.chaperone', made.chaperone)]),
      t.say('start.asOf'),
    ],
    clientText: made.client_text,
  };
}

function condition(name: StartCondition, { checks }: SessionStartCheck, t: Tongue): string[] {
  const { state, mend_by: by, detail } = checks[name];
  const what = capital(t.word('startCondition', name));
  const slots = { what, state: t.word('conditionState', state) };
  return [
    by === null
      ? t.say('start.condition', slots)
      : t.say('start.mend', { ...slots, who: t.word('person', by) }),
    ...(detail === null ? [] : [t.say('start.detail', { what, text: detail })]),
  ];
}

/** One the gate asks itself has a name in every language; one a template added has the name it was given. */
function furtherCondition(
  { name, state, detail }: SessionStartCheck['further'][number],
  t: Tongue,
): string[] {
  const known = FURTHER_CONDITIONS.find((one) => one === name);
  const what = known === undefined ? name : capital(t.word('furtherCondition', known));
  return [
    t.say('start.condition', { what, state: t.word('conditionState', state) }),
    ...(detail === null ? [] : [t.say('start.detail', { what, text: detail })]),
  ];
}

function today({ client_today: seen }: SessionStartCheck, t: Tongue): string[] {
  if (seen === null) return [t.say('start.notSeen')];
  return [
    t.say('start.today', {
      oriented: t.word('yesNo', seen.oriented),
      well: t.word('yesNo', seen.feels_well),
      medicines: t.word('yesNo', seen.medicines_as_agreed),
      fasted: t.word('yesNo', seen.fasted_as_agreed),
    }),
    t.say('start.substances', { answer: t.word('reported', seen.substances_today) }),
    t.say('start.suicidality', { answer: t.word('suicidality', seen.suicidality) }),
    ...t.told('start.new', seen.new_since_last),
  ];
}
