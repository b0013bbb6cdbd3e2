import type { InformationRequest, Note, Referral } from '../../event.registry.js';
import { moment } from '../quantities.js';
import { capital, scoreWords, withDose, type Description, type Tongue } from '../tongue.js';

export function note(written: Note, t: Tongue): Description {
  return { title: t.say('note.title'), lines: [written.text], clientText: null };
}

export function referral(sent: Referral, t: Tongue): Description {
  const { risk } = sent;
  const when = { at: moment(sent.referred_at), assessed: sent.assessed_on, agreed: sent.client_agreed_on };
  return {
    title: t.say('referral.title'),
    lines: [
      ...protection(sent, t),
      t.say('referral.when', when),
      ...t.told('referral.reason', sent.reason),
      ...t.listed('referral.indications', sent.indications.map(coded)),
      t.say('referral.suicidality', { answer: t.word('suicidality', risk.suicidality) }),
      t.say('referral.psychosis', { answer: t.word('reported', risk.psychosis_or_mania_history) }),
      t.say('referral.substance', { answer: t.word('reported', risk.substance_use_concern) }),
      ...t.told('referral.risk', risk.detail),
      ...t.listed(
        'common.scales',
        sent.scales.map((score) => scoreWords(score, t)),
      ),
      ...t.listed(
        'referral.tried',
        sent.treatments_tried.map((tried) => `${tried.treatment} (${t.word('tried', tried.response)})`),
      ),
      ...medicines(sent, t),
      ...t.listed('referral.known', sent.known_conditions),
      ...t.listed('referral.goals', sent.goals),
      ...t.listed('referral.settings', t.words('modality', sent.requested_modalities)),
      t.say('referral.region', { region: sent.location_region }),
      ...t.listed('common.questions', sent.questions_for_prescriber),
    ],
    clientText: sent.client_text,
  };
}

export function informationRequest(asked: InformationRequest, t: Tongue): Description {
  return {
    title: t.say('information.title', { role: t.word('person', asked.asked_of) }),
    lines: [
      t.say('information.when', { at: moment(asked.requested_at) }),
      ...asked.items.map(({ kind, what }) =>
        t.say('information.item', { kind: capital(t.word('information', kind)), what }),
      ),
      ...t.told('information.why', asked.why),
      t.word('waitsForIt', asked.waits_for_it),
      ...t.onDay('information.by', asked.needed_by),
    ],
    clientText: asked.client_text,
  };
}

/** First of all, because whoever reads on may already be passing on. */
function protection({ sensitivity }: Referral, t: Tongue): string[] {
  if (sensitivity === null) return [t.say('referral.protectionUnknown')];
  return t.listed('referral.protected', t.words('sensitivity', sensitivity));
}

function medicines({ medications }: Referral, t: Tongue): string[] {
  if (medications === null) return [t.say('common.medicinesNotAsked')];
  if (medications.length === 0) return [t.say('common.medicinesNone')];
  return t.listed('common.medicines', medications.map(withDose));
}

export function coded(named: { readonly text: string; readonly icd10: string | null }): string {
  return named.icd10 === null ? named.text : `${named.text} (${named.icd10})`;
}
