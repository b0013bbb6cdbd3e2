/** Why a condition is not met, in plain words. Codes are stable; words repeat nothing that people wrote. */
export const GATE_WORDS = {
  eligibility_missing: {
    en: 'No prescriber has decided that treatment may go ahead.',
    es: 'Ningún médico ha decidido que el tratamiento puede seguir adelante.',
  },
  eligibility_refused: {
    en: 'The decision in force does not let treatment go ahead.',
    es: 'La decisión vigente no permite el tratamiento.',
  },
  eligibility_conflict: {
    en: 'Two eligibility decisions do not fit together. A prescriber must make one that names the one in force.',
    es: 'Dos decisiones sobre el tratamiento no encajan. Un médico debe tomar una que nombre la vigente.',
  },
  eligibility_expired: {
    en: 'The eligibility decision is no longer valid on that day.',
    es: 'La decisión sobre el tratamiento ya no es válida ese día.',
  },
  basis_ended: {
    en: 'The legal basis for prescribing has ended by that day.',
    es: 'La base legal para recetar ha terminado para ese día.',
  },
  cap_used: {
    en: 'All sessions that were permitted have been held.',
    es: 'Ya se han hecho todas las sesiones permitidas.',
  },
  cap_ended: {
    en: 'The permission for sessions has ended by that day.',
    es: 'El permiso para sesiones ha terminado para ese día.',
  },
  modality_not_permitted: {
    en: 'Eligibility does not permit a session in this setting.',
    es: 'La decisión no permite una sesión en este lugar o forma.',
  },
  region_changed: {
    en: 'The client is in another state than the one the decision was made for.',
    es: 'La persona está en otro estado que el de la decisión.',
  },
  condition_open: {
    en: 'A condition of the eligibility decision has not been reported as met.',
    es: 'No se ha informado que se cumplió una condición de la decisión.',
  },
  dated_ahead: {
    en: 'The entry is dated later than now.',
    es: 'La entrada tiene una fecha posterior a la actual.',
  },
  disputed: {
    en: 'An addendum says that this entry is wrong. It must be said anew.',
    es: 'Una nota añadida dice que esta entrada está mal. Hay que hacerla de nuevo.',
  },
  dose_missing: { en: 'No dose is in force.', es: 'No hay una dosis vigente.' },
  dose_held: {
    en: 'The dose decision in force holds the treatment.',
    es: 'La decisión vigente pone el tratamiento en pausa.',
  },
  dose_stopped: {
    en: 'The dose decision in force stops the treatment.',
    es: 'La decisión vigente termina el tratamiento.',
  },
  dose_conflict: {
    en: 'Two dose decisions do not fit together. A prescriber must make one that names the one in force.',
    es: 'Dos decisiones de dosis no encajan. Un médico debe tomar una que nombre la vigente.',
  },
  dose_undeclared: {
    en: 'The dose decision changes more than it says it changes.',
    es: 'La decisión de dosis cambia más de lo que dice.',
  },
  dose_maximum_unexplained: {
    en: 'The most in one session is more than the units, strength and booster of the same decision give. A prescriber must decide it anew.',
    es: 'El máximo por sesión es más que lo que dan las unidades, la concentración y el refuerzo de la misma decisión. Un médico debe decidirlo de nuevo.',
  },
  dose_expired: {
    en: 'The dose decision has expired by that day.',
    es: 'La decisión de dosis ha vencido para ese día.',
  },
  dose_too_early: {
    en: 'The dose decision does not allow a session before a later day.',
    es: 'La decisión de dosis no permite una sesión antes de otro día.',
  },
  sessions_used: {
    en: 'All sessions this dose decision authorises have been held.',
    es: 'Ya se han hecho todas las sesiones que autoriza esta decisión de dosis.',
  },
  too_soon: {
    en: 'Too few days have passed since the last session.',
    es: 'Han pasado muy pocos días desde la última sesión.',
  },
  dose_other_modality: {
    en: 'The dose was decided for another setting.',
    es: 'La dosis se decidió para otro lugar o forma.',
  },
  read_back_missing: {
    en: 'The total of this very decision has not been read back.',
    es: 'No se ha repetido el total de esta decisión.',
  },
  read_back_differs: {
    en: 'The total that was read back is not the one decided.',
    es: 'El total repetido no es el decidido.',
  },
  reader_left: {
    en: 'The person who read it back is no longer in the team.',
    es: 'La persona que lo repitió ya no está en el equipo.',
  },
  therapist_missing: {
    en: 'No therapist is in the care team.',
    es: 'No hay terapeuta en el equipo.',
  },
  consent_missing: {
    en: 'Consent for this session has not been recorded.',
    es: 'No consta el consentimiento para esta sesión.',
  },
  consent_refused: {
    en: 'Consent was declined or withdrawn.',
    es: 'El consentimiento fue negado o retirado.',
  },
  consent_contradicted: {
    en: 'Consent was recorded without naming the refusal before it.',
    es: 'El consentimiento se registró sin nombrar la negativa anterior.',
  },
  consent_expired: {
    en: 'Consent is no longer valid on that day.',
    es: 'El consentimiento ya no es válido ese día.',
  },
  preparation_missing: {
    en: 'Nobody has said how this session is prepared.',
    es: 'Nadie ha dicho cómo está preparada esta sesión.',
  },
  preparation_differs: {
    en: 'What was prepared is for another day, place or setting.',
    es: 'Lo preparado es para otro día, lugar o forma.',
  },
  ride_missing: { en: 'No ride home is arranged.', es: 'No hay quien lleve a casa a la persona.' },
  chaperone_missing: {
    en: 'No adult is arranged to stay.',
    es: 'No hay un adulto que se quede.',
  },
  hold_standing: {
    en: 'A hold stands. Only a prescriber can release it.',
    es: 'Hay una pausa. Solo un médico puede levantarla.',
  },
  release_not_yet: {
    en: 'The hold was released for a later day.',
    es: 'La pausa se levantó para un día posterior.',
  },
  outcome_missing: {
    en: 'How the session before went has not been filed.',
    es: 'No se ha informado cómo fue la sesión anterior.',
  },
  outcome_contested: {
    en: 'Two accounts of the session before do not fit together.',
    es: 'Dos informes de la sesión anterior no encajan.',
  },
  outcome_unfinished: {
    en: 'The account of the session before was filed before the client had left.',
    es: 'El informe de la sesión anterior se hizo antes de que la persona se fuera.',
  },
  number_does_not_follow: {
    en: 'The number of this session does not follow the last one.',
    es: 'El número de esta sesión no sigue al de la última.',
  },
  record_behind: {
    en: 'There are entries of this case that have not been read here. One might say stop.',
    es: 'Hay entradas de este caso que aquí no se han leído. Una podría decir que se pare.',
  },
  entry_unread: {
    en: 'An entry cannot be read here. It might say stop. Ask somebody who can read it. Or a prescriber who did not write it says in an addendum about it that it was entered by mistake.',
    es: 'Hay una entrada que aquí no se puede leer. Podría decir que se pare. Pregunte a quien pueda leerla. O un médico que no la escribió dice en una nota añadida sobre ella que se registró por error.',
  },
  alarm_uncounted: {
    en: 'Somebody raised an alarm in a form that does not count. Somebody has to speak to it.',
    es: 'Alguien dio una alarma de forma no válida. Alguien tiene que atenderla.',
  },
  decision_uncounted: {
    en: 'A prescriber wrote a decision that does not count. It must be made anew or explained.',
    es: 'Un médico escribió una decisión que no cuenta. Hay que tomarla de nuevo o explicarla.',
  },
  written_aside: {
    en: 'This was written in a thread that does not count. Say it again in the one that counts, or say there in a note about it what became of it.',
    es: 'Esto se escribió en un hilo que no cuenta. Dígalo de nuevo en el que cuenta, o diga allí en una nota sobre ello qué pasó.',
  },
  consent_aside: {
    en: 'Consent was spoken of in a thread that does not count. Record it anew in the one that counts, naming that entry.',
    es: 'Se habló del consentimiento en un hilo que no cuenta. Regístrelo de nuevo en el que cuenta, nombrando esa entrada.',
  },
  thread_beside: {
    en: 'Others may write in another thread of this case that is not read here. Close it, or a prescriber says in a note about its first entry that it does not count.',
    es: 'Otros pueden escribir en otro hilo de este caso que aquí no se lee. Ciérrelo, o un médico dice en una nota sobre su primera entrada que no cuenta.',
  },
  discharged: { en: 'The client was discharged.', es: 'La persona fue dada de alta.' },
  death_reported: { en: 'A death was reported.', es: 'Se informó de una muerte.' },
  flag_missing: {
    en: 'An answer on a form asks for a safety flag, and none was raised.',
    es: 'Una respuesta de un formulario pide una alerta de seguridad, y no la hay.',
  },
  question_open: {
    en: 'Something that bears on the session waits for an answer.',
    es: 'Algo importante para la sesión espera respuesta.',
  },
} as const satisfies Record<string, { readonly en: string; readonly es: string }>;
export type GateReasonCode = keyof typeof GATE_WORDS;
