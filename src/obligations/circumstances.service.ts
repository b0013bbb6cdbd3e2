import { Injectable } from '@nestjs/common';
import { ROLE, toHex, type Role } from '#protocol';
import type { EntityManager } from 'typeorm';
import type { DutyAnswer } from './coverage/duty-answer.policy.js';
import { Duty, OrganisationCalendars, RoleHolders } from './coverage/index.js';
import { DEFAULT_LADDERS } from './default-ladders.js';
import type { Circumstances } from './escalation.policy.js';
import { LadderRepository } from './ladder.repository.js';
import type { DueObligation } from './parties.js';

const NOBODY: DutyAnswer = { primary: null, secondary: null, nextOnDutyAtMs: null, hasRota: false };

/** Ladders, calendars and people behind them for a batch of obligations: a few statements, however many they are. */
@Injectable()
export class CircumstancesReader {
  constructor(
    private readonly ladders: LadderRepository,
    private readonly calendars: OrganisationCalendars,
    private readonly duty: Duty,
    private readonly holders: RoleHolders,
  ) {}

  async find(
    tx: EntityManager,
    all: readonly DueObligation[],
  ): Promise<(one: DueObligation) => Circumstances> {
    const organisations = once(
      all.flatMap(({ organisationId }) => organisationId ?? []),
      toHex,
    );
    const ladders = await this.ladders.findContents(
      tx,
      all.flatMap(({ ladderId }) => ladderId ?? []),
    );
    const calendars = await this.calendars.find(tx, organisations);
    const duty = await this.findDuty(tx, all);
    const directors = await this.findHolders(tx, organisations, ROLE.director);
    const coordinators = await this.findHolders(tx, organisations, ROLE.coordinator);
    return ({ ladderId, urgency, organisationId, responderRole }) => {
      const organisation = organisationId === null ? '' : toHex(organisationId);
      return {
        ladder: ladders.get(ladderId ?? 0) ?? DEFAULT_LADDERS[urgency],
        calendar: calendars.get(organisation),
        duty: duty.get(poolOf(organisation, responderRole)) ?? NOBODY,
        directors: directors.get(organisation) ?? [],
        coordinators: coordinators.get(organisation) ?? [],
      };
    };
  }

  private async findDuty(
    tx: EntityManager,
    all: readonly DueObligation[],
  ): Promise<ReadonlyMap<string, DutyAnswer>> {
    const queries = once(
      all.flatMap(({ organisationId, responderRole, nowMs }) =>
        organisationId === null ? [] : [{ organisationId, role: responderRole, atMs: nowMs }],
      ),
      ({ organisationId, role }) => poolOf(toHex(organisationId), role),
    );
    const answers = await this.duty.resolve(tx, queries);
    return new Map(
      queries.map(({ organisationId, role }, index) => [
        poolOf(toHex(organisationId), role),
        answers[index] ?? NOBODY,
      ]),
    );
  }

  private async findHolders(
    tx: EntityManager,
    organisationIds: readonly Uint8Array[],
    role: Role,
  ): Promise<ReadonlyMap<string, readonly Uint8Array[]>> {
    const found = await this.holders.find(
      tx,
      organisationIds.map((organisationId) => ({ organisationId, role })),
    );
    return new Map(organisationIds.map((id, index) => [toHex(id), found[index] ?? []]));
  }
}

function poolOf(organisation: string, role: Role): string {
  return `${organisation}/${role}`;
}

function once<Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}
