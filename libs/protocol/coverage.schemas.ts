import { z } from 'zod';
import { ROLE, URGENCY, type RoleName } from './numbers.js';
import { hexId, instantMs } from './scalar.schemas.js';

/** Longest time one override, swap or leave may name. */
const STRETCH_MS = 366 * 24 * 3_600_000;

/** Roles whose people share a rota: whoever is not the client. */
export const POOL_ROLES = (Object.keys(ROLE) as RoleName[]).filter((name) => name !== 'client');
export const poolRole = z.enum(POOL_ROLES);
const slot = z.enum(['primary', 'secondary']);
const version = z.int().min(0);

const stretch = { fromMs: instantMs, toMs: instantMs };
const isStretch = ({ fromMs, toMs }: { fromMs: number; toMs: number }): boolean =>
  fromMs < toMs && toMs - fromMs <= STRETCH_MS;
const NO_STRETCH = { path: ['toMs'], error: 'must be later than fromMs, by at most 366 days' };

/** A document of the calendar's library; the server names the fields that do not fit. */
const document = (format: string) => z.looseObject({ format: z.literal(format) });
const calendarDocument = document('trialogue/business-calendar/1');
const rotaDocument = document('trialogue/rota/1');

/** `replaces`: the version last read, 0 for none; another one meanwhile is a conflict. */
export const putCalendarRequest = z.strictObject({ replaces: version, calendar: calendarDocument });
export const calendarReply = z.strictObject({ version, calendar: calendarDocument.nullable() });
export const putRotaRequest = z.strictObject({ replaces: version, rota: rotaDocument });
export const rotaReply = z.strictObject({ version, rota: rotaDocument.nullable() });
export const versionReply = z.strictObject({ version });

export const dutyRequest = z.strictObject({ role: poolRole, atMs: instantMs.optional() });
/** `nextOnDutyAtMs`: the first instant from `atMs` on at which somebody is on duty; null: none within 14 days. */
export const dutyReply = z.strictObject({
  atMs: instantMs,
  primary: hexId.nullable(),
  secondary: hexId.nullable(),
  nextOnDutyAtMs: instantMs.nullable(),
  hasRota: z.boolean(),
});

/** `personId` null: nobody, whatever the rota says. */
export const overrideRequest = z
  .strictObject({ role: poolRole, slot, ...stretch, personId: hexId.nullable() })
  .refine(isStretch, NO_STRETCH);
/** Without `personId` it is the caller's own. */
export const leaveRequest = z
  .strictObject({ personId: hexId.optional(), ...stretch, coverId: hexId.nullable() })
  .refine(isStretch, NO_STRETCH)
  .refine(({ personId, coverId }) => personId === undefined || personId !== coverId, {
    path: ['coverId'],
    error: 'must be somebody else',
  });
/** The giver is the caller. */
export const swapRequest = z
  .strictObject({ role: poolRole, slot, ...stretch, takerId: hexId })
  .refine(isStretch, NO_STRETCH);
export const settleSwapRequest = z.strictObject({ state: z.enum(['accepted', 'declined', 'withdrawn']) });
export const createdReply = z.strictObject({ id: hexId });

/** What changes the rotas of an organisation from now on, and who is away. */
export const changesReply = z.strictObject({
  overrides: z.array(
    z.strictObject({ id: hexId, role: poolRole, slot, ...stretch, personId: hexId.nullable() }),
  ),
  swaps: z.array(
    z.strictObject({
      id: hexId,
      role: poolRole,
      slot,
      ...stretch,
      giverId: hexId,
      takerId: hexId,
      state: z.enum(['proposed', 'accepted', 'declined', 'withdrawn']),
    }),
  ),
  leave: z.array(z.strictObject({ id: hexId, ...stretch, personId: hexId, coverId: hexId.nullable() })),
});

/** Who wrote which of it when, newest first. `subject`: the id or version that came of it. */
export const coverageActsReply = z.strictObject({
  acts: z.array(
    z.strictObject({
      atMs: instantMs,
      actorKind: z.enum(['person', 'administrator']),
      actorId: hexId,
      role: poolRole.nullable(),
      act: z.string(),
      subject: z.string(),
    }),
  ),
});

export const shiftsReply = z.strictObject({
  untilMs: instantMs,
  shifts: z.array(z.strictObject({ role: poolRole, slot, ...stretch, personId: hexId.nullable() })),
  gaps: z.array(z.strictObject({ role: poolRole, slot, ...stretch })),
});

/** Of the threads the person is not in, only those are named that the caller is in; the others are counted. */
export const readinessReply = z.strictObject({
  checks: z.array(
    z.strictObject({
      role: poolRole,
      slot,
      personId: hexId,
      shiftAtMs: instantMs,
      hoursBefore: z.union([z.literal(1), z.literal(24)]),
      probedAtMs: instantMs,
      state: z.enum(['probing', 'ready', 'not_ready', 'void']),
      probeConfirmed: z.boolean().nullable(),
      deviceOnline: z.boolean().nullable(),
      threads: z.int().nullable(),
      missing: z.int().nullable(),
      missingThreadIds: z.array(hexId),
    }),
  ),
});

const urgency = z.union(Object.values(URGENCY).map((value) => z.literal(value)));

/**
 * What was open when the caller's shift began: of all, when somebody else (`outgoingId`) had duty last; else of what was
 * opened while nobody had. Items of threads he is not in are counted in `elsewhere`.
 */
export const handoversReply = z.strictObject({
  notes: z.array(
    z.strictObject({
      id: hexId,
      organisationId: hexId,
      role: poolRole,
      shiftAtMs: instantMs,
      outgoingId: hexId.nullable(),
      items: z.array(
        z.strictObject({
          threadId: hexId,
          obligation: z.int(),
          urgency,
          dueAtMs: instantMs,
          state: z.string(),
          overdue: z.boolean(),
          level: z.int(),
        }),
      ),
      elsewhere: z.int(),
    }),
  ),
});

/**
 * Whether somebody of a role will read a thread now. From the rota, and only people who are in the thread count:
 * `on_duty`, `later` (from `fromMs` on), `nobody` (not within 14 days). Without a rota, from the opening hours:
 * `open`, `opens` (at `fromMs`). Without either: `unknown`.
 */
export const availabilityReply = z.strictObject({
  atMs: instantMs,
  roles: z.array(
    z.strictObject({
      role: poolRole,
      state: z.enum(['on_duty', 'later', 'nobody', 'open', 'opens', 'unknown']),
      fromMs: instantMs.nullable(),
      zone: z.string().nullable(),
    }),
  ),
});

export type DutyReply = z.infer<typeof dutyReply>;
export type ChangesReply = z.infer<typeof changesReply>;
export type CoverageActsReply = z.infer<typeof coverageActsReply>;
export type ShiftsReply = z.infer<typeof shiftsReply>;
export type ReadinessReply = z.infer<typeof readinessReply>;
export type HandoversReply = z.infer<typeof handoversReply>;
export type AvailabilityReply = z.infer<typeof availabilityReply>;
export type Availability = AvailabilityReply['roles'][number];
