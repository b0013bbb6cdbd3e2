/** Who plays in the demo and what is said in it. A synthetic course of care: nobody's figures, nobody's words. */

/** Display names; they travel sealed, so the service never learns them. */
export const NAMES = {
  therapist: 'Ilse Quendelmoor',
  prescriber: 'Tamsin Orrowbeck',
  client: 'Jory Vellacombe',
} as const;
export type Part = keyof typeof NAMES;
export const PARTS = ['therapist', 'prescriber', 'client'] as const satisfies readonly Part[];

/** What is said in words. Every sentence is one the service must never be able to read. */
export const WORDS = {
  referralReason: 'Two antidepressants helped little; Jory asks whether ketamine sessions are open to her.',
  referralQuestion: 'Is the treated blood pressure an obstacle for sessions?',
  referralForClient: 'I have asked the medical team to meet you next week, Jory.',
  accepted: 'Referral accepted; the visit is on Tuesday.',
  letterAsked: 'The last letter from the heart clinic, the one about the murmur.',
  letterForClient: 'We need one more letter before we can decide.',
  letterSent: 'Letter attached to the paper record: a harmless murmur, nothing further planned.',
  rationale: 'Likely benefit while the blood pressure stays under the limit we set.',
  eligibleForClient: 'You can begin once a week of blood pressure readings is written down.',
  therapistAcknowledges: 'Conditions read; I will look at the diary before each session.',
  clientAcknowledges: 'I understand the conditions and will keep the diary.',
  diary: 'The diary is full: seven evenings, never above one hundred and thirty-one.',
  consentForClient: 'I have read the form and may change my mind whenever I like.',
  intention: 'To look at the grief without running.',
  preparationQuestion: 'May I take my morning blood pressure tablet on the day?',
  preparationAnswer: 'Yes, with a sip of water, two hours before.',
  orderExplanation: 'A careful first step for a small person.',
  orderForClient: 'One and a half troches under the tongue at your session, never more than that.',
  readBackTherapist: 'Read from the order, checked against the label.',
  readBackClient: 'I have read it and typed the number myself.',
  itemNine: 'Could not sleep; filled this in on the sofa in the middle of the night.',
  itemNineSpokenP: 'Rang her at half past six: no plan, no wish to die, her sister is with her.',
  itemNineSpokenT: 'Spoke with both of them at eight; we look at the safety plan before we begin.',
  startForClient: 'Everything is ready; we begin in a quarter of an hour.',
  alertConcern: 'A pounding head for ten minutes, awake and talking.',
  alertForClient: 'Your blood pressure is high. We stay with you while the doctor is asked.',
  alertAnswer: 'No booster. Lay her on the side, measure every five minutes, ring me at 180.',
  theme: 'Warmth, a childhood kitchen, some tears.',
  outcomeAsk: 'Little effect at the first session; should the second be stronger?',
  outcomeForClient: 'Your first session is done; we meet again tomorrow.',
  integrationTheme: 'She slept well and feels lighter.',
  integrationForClient: 'Thank you for telling me about the kitchen.',
  integrationClient: 'I keep thinking of the kitchen. It felt like being carried.',
  between: 'Between us: she spoke of her brother in a way that worries me. Would you pause?',
  betweenAnswer: 'No pause, but call her tonight and let me know before nine.',
  betweenThanks: 'Called her; she is safe and her sister is with her.',
  fall: 'Slipped on the garden step the evening after and bruised a knee.',
  fallAnswer: 'A bruise and no head injury; nothing changes. Please use the rail.',
  newTablet: 'Half a lorazepam from the family doctor, for two nights now.',
  newTabletAnswer: 'Please stop it a full day before the next session; it dulls the effect.',
  fever: 'Thirty-eight point four since last night.',
  feverSeen: 'We wait until she is well; I keep the room free on the nineteenth.',
  feverOver: 'No fever for two days, chest clear, blood pressure as before.',
  feverForClient: 'You can go on, Jory. Take your temperature on the morning.',
  observations: 'Well tolerated, blood pressure steady after an hour, almost no dissociation.',
  requestForClient: 'I have asked whether your plan should change.',
  adjustmentExplanation: 'One step up after a first session with little effect.',
  adjustmentForClient: 'Two troches under the tongue from the next session, never more than that.',
  secondOutcomeForClient: 'The second session is done; you were far away and came back gently.',
  secondTheme: 'The brother, forgiven; the sea.',
  summary: 'Sleeps through, back in the choir, blood pressure steady.',
  summaryForClient: 'Things go the right way. Let us talk about the time after.',
  summaryAnswer: 'Agreed; her sister says the same.',
  handover: 'Second month, sleeps well, lives with her sister; the choir is what holds her.',
  handoverIf: 'If the brother is mentioned on the telephone, ring me, whatever the hour.',
  planForClient: 'One session every four weeks until summer. Do you agree?',
  prescriberPlanRemark: 'With a blood test before March.',
  therapistAssents: 'Agreed, with a look at the plan in March.',
  clientAssents: 'I agree, and I would like to stop when the garden is planted.',
  planAgreedForClient: 'All three of us agree. You can say no at any time.',
  dischargeCourse: 'Two sessions and half a year of quiet; the garden is planted.',
  dischargeForClient: 'Your course is over, Jory. You can come back whenever you need us.',
  ownDecision: 'She may begin at once, I am sure of it.',
} as const;

/** Odd amounts, so that finding one of them anywhere means something. Micrograms. */
export const STRENGTH_UG = 83_750;
export const FIRST_TOTAL_UG = 125_625;
export const SECOND_TOTAL_UG = 167_500;

/**
 * What the canary test looks for wherever the service keeps anything: names, sentences, doses as numbers of the JSON
 * that is sealed and as people read them, and the words every example of libs/clinical carries.
 */
export const CANARIES: readonly string[] = [
  ...Object.values(NAMES),
  ...Object.values(WORDS),
  `"strength_ug":${STRENGTH_UG}`,
  `"max_per_session_ug":${FIRST_TOTAL_UG}`,
  `"max_per_session_ug":${SECOND_TOTAL_UG}`,
  `"total_ug":${FIRST_TOTAL_UG}`,
  `"total_ug":${SECOND_TOTAL_UG}`,
  `"taken_ug":${FIRST_TOTAL_UG}`,
  `"amount_ug":${SECOND_TOTAL_UG}`,
  '125.625 mg',
  '167.5 mg',
  'SYNTHETIC EXAMPLE',
  'contraindications',
];
