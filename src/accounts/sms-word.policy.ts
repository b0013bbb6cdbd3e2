/** Words that end texts to a number, and those that allow them again: what carriers ask for, in our two languages. */
const STOP: readonly string[] = [
  'stop',
  'stopall',
  'unsubscribe',
  'cancel',
  'end',
  'quit',
  'optout',
  'revoke',
  'alto',
  'baja',
  'parar',
  'cancelar',
  'detener',
];
const START: readonly string[] = ['start', 'unstop', 'yes', 'si', 'alta', 'iniciar'];

/** What somebody meant by a text to our number: his first word, however written; null: nothing we act on. */
export function wishOf(text: string): 'stop' | 'start' | null {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const [first = ''] = plain.match(/\p{L}+(-\p{L}+)*/u) ?? [];
  const word = first.replaceAll('-', '');
  if (STOP.includes(word)) return 'stop';
  return START.includes(word) ? 'start' : null;
}
