import { KIND_WORD, type Kind } from './numbers.js';

/** The closed list of domain-separation labels. Nothing else may be hashed, derived or signed under. */
export const LABEL = {
  idDevice: 'trialogue/1/id/device',
  idKey: 'trialogue/1/id/key',
  keyHash: 'trialogue/1/key-hash',
  display: 'trialogue/1/display',
  userKeyCommit: 'trialogue/1/user-key-commit',
  wrapUserKey: 'trialogue/1/wrap/user-key',
  wrapArchive: 'trialogue/1/wrap/archive',
  wrapEpoch: 'trialogue/1/wrap/epoch',
  wrapContext: 'trialogue/1/wrap/context',
  kemCiphertext: 'trialogue/1/wrap/ct',
  recoverySign: 'trialogue/1/recovery/sign',
  recoveryBox: 'trialogue/1/recovery/box',
  esCommit: 'trialogue/1/es-commit',
  messageKey: 'trialogue/1/msg-key',
  messageCommit: 'trialogue/1/msg-commit',
  invitePin: 'trialogue/1/invite-pin',
  invite: 'trialogue/1/invite',
  sas: 'trialogue/1/sas',
  headCode: 'trialogue/1/head-code',
  sigAuth: 'trialogue/1/sig/auth',
} as const;

/** Labels that end in the ASCII word of the chain kind. */
const KIND_LABEL = {
  hash: 'trialogue/1/hash/',
  toSign: 'trialogue/1/tosign/',
  sig: 'trialogue/1/sig/',
  id: 'trialogue/1/id/',
} as const;

export type FixedLabel = (typeof LABEL)[keyof typeof LABEL];
export type KindLabel = `${(typeof KIND_LABEL)[keyof typeof KIND_LABEL]}${'identity' | 'org' | 'thread'}`;
export type Label = FixedLabel | KindLabel;

export function kindLabel(purpose: keyof typeof KIND_LABEL, kind: Kind): KindLabel {
  return `${KIND_LABEL[purpose]}${KIND_WORD[kind]}`;
}

/** Every label there is, for the test that they are unique. */
export function allLabels(): readonly Label[] {
  const kinds: readonly Kind[] = [1, 2, 3];
  const purposes = Object.keys(KIND_LABEL) as (keyof typeof KIND_LABEL)[];
  return [
    ...Object.values(LABEL),
    ...purposes.flatMap((purpose) => kinds.map((kind) => kindLabel(purpose, kind))),
  ];
}
