import { WEEKDAYS, type Rota } from '#calendar';
import {
  joinAt,
  newRealScene,
  openRealCase,
  type RealPlayer,
  type RealScene,
} from '../../../support/client/real.scene.js';
import { eventually } from '../../../support/notifications/background.js';

const HOUR_MS = 3_600_000;
const PATIENCE_MS = 30_000;

describe('readiness, from the probe to the device and back', () => {
  let scene: RealScene;
  let colleague: RealPlayer;

  beforeAll(async () => {
    scene = await newRealScene({ WORKER: 'true' });
    colleague = await joinAt(scene.administrator, 'prescriber', 'Sam Second');
  }, 60_000);
  afterAll(async () => {
    await colleague.member.close();
    await scene.close();
  });

  const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);

  /** One person for a year, whose turn began months ago. */
  function rotaOf({ member }: RealPlayer): Rota {
    const day = new Date(Date.now() - 26 * 7 * 24 * HOUR_MS);
    const rule = {
      name: 'yearly',
      people: [member.userId],
      starts_on: day.toISOString().slice(0, 10),
      hands_over: { weekday: WEEKDAYS[(day.getUTCDay() + 6) % 7] ?? 'monday', at: '00:00' },
      every_weeks: 52,
      within: null,
    };
    return { format: 'trialogue/rota/1', zone: 'UTC', covers: 'always', primary: [rule], secondary: [] };
  }

  it('a device that is connected confirms by itself; who is in no case of the pool is not ready for all that', async () => {
    await openRealCase(scene);
    await colleague.member.connect();
    const { coverage } = scene.administrator;
    await coverage.setRota('prescriber', rotaOf(scene.prescriber), { replaces: 0 });
    const { userId } = colleague.member;
    await coverage.override({
      role: 'prescriber',
      slot: 'primary',
      from: inHours(2),
      to: inHours(4),
      person: userId,
    });
    await eventually(async () => {
      const confirmed = await scene.service.sql(
        `SELECT 1 FROM delivery WHERE reason = 'readiness_probe' AND confirmed_at IS NOT NULL
           AND recipient_id = decode($1, 'hex')`,
        [userId],
      );
      return confirmed.length > 0;
    }, PATIENCE_MS);
    await scene.service.sql('UPDATE readiness_check SET evaluate_at = now()');
    const checkOf = async () => (await coverage.readiness()).find(({ personId }) => personId === userId);
    await eventually(async () => (await checkOf())?.state !== 'probing', PATIENCE_MS);
    // Both lanes hold his colleague, none of them himself.
    expect(await checkOf()).toMatchObject({
      state: 'not_ready',
      probeConfirmed: true,
      deviceOnline: true,
      missing: 2,
    });
    const told = await scene.service.sql(
      `SELECT 1 FROM outbox WHERE payload->>'reason' = 'readiness_failed'`,
    );
    expect(told.length).toBeGreaterThan(0);
  });
});
