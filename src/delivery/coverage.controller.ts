import { Body, Controller, Param } from '@nestjs/common';
import { z } from 'zod';
import {
  ROUTES,
  hexId,
  poolRole,
  type AvailabilityReply,
  type ChangesReply,
  type CoverageActsReply,
  type DutyReply,
  type HandoversReply,
  type ReadinessReply,
  type ShiftsReply,
  type calendarReply,
  type createdReply,
  type rotaReply,
  type versionReply,
} from '#protocol';
import type { Caller } from '../accounts/index.js';
import {
  AvailabilityService,
  CoverageReport,
  DutyChangesService,
  RotasService,
  SwapsService,
} from '../obligations/index.js';
import { SchemaPipe } from '../platform/index.js';
import { From, Id, Serve } from './serve.decorator.js';

const requests = {
  calendar: ROUTES.putCalendar.request,
  rota: ROUTES.putRota.request,
  duty: ROUTES.findDuty.request,
  override: ROUTES.addOverride.request,
  leave: ROUTES.addLeave.request,
  swap: ROUTES.proposeSwap.request,
  settle: ROUTES.settleSwap.request,
} as const;

const Organisation = (): ParameterDecorator => Id('organisationId');
const rotaPath = z.strictObject({ organisationId: hexId, role: poolRole });
const swapPath = z.strictObject({ organisationId: hexId, swapId: hexId });

/** Who is on duty, what is planned about it, and whether somebody reads. */
@Controller()
export class CoverageController {
  constructor(
    private readonly rotas: RotasService,
    private readonly changes: DutyChangesService,
    private readonly swaps: SwapsService,
    private readonly report: CoverageReport,
    private readonly availability: AvailabilityService,
  ) {}

  @Serve('getCalendar')
  getCalendar(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
  ): Promise<z.infer<typeof calendarReply>> {
    return this.rotas.findCalendar(principal, organisation);
  }

  @Serve('putCalendar')
  putCalendar(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
    @Body(new SchemaPipe(requests.calendar)) body: z.infer<typeof requests.calendar>,
  ): Promise<z.infer<typeof versionReply>> {
    return this.rotas.putCalendar(principal, organisation, body);
  }

  @Serve('getRota')
  getRota(
    @From() { principal }: Caller,
    @Param(new SchemaPipe(rotaPath)) { organisationId, role }: z.infer<typeof rotaPath>,
  ): Promise<z.infer<typeof rotaReply>> {
    return this.rotas.findRota(principal, organisationId, role);
  }

  @Serve('putRota')
  putRota(
    @From() { principal }: Caller,
    @Param(new SchemaPipe(rotaPath)) { organisationId, role }: z.infer<typeof rotaPath>,
    @Body(new SchemaPipe(requests.rota)) body: z.infer<typeof requests.rota>,
  ): Promise<z.infer<typeof versionReply>> {
    return this.rotas.putRota(principal, { organisation: organisationId, role }, body);
  }

  @Serve('findDuty')
  findDuty(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
    @Body(new SchemaPipe(requests.duty)) body: z.infer<typeof requests.duty>,
  ): Promise<DutyReply> {
    return this.report.findDuty(principal, organisation, body);
  }

  @Serve('listShifts')
  listShifts(@From() { principal }: Caller, @Organisation() organisation: string): Promise<ShiftsReply> {
    return this.report.listShifts(principal, organisation);
  }

  @Serve('listCoverageChanges')
  listChanges(@From() { principal }: Caller, @Organisation() organisation: string): Promise<ChangesReply> {
    return this.report.listChanges(principal, organisation);
  }

  @Serve('listCoverageActs')
  listActs(@From() { principal }: Caller, @Organisation() organisation: string): Promise<CoverageActsReply> {
    return this.report.listActs(principal, organisation);
  }

  @Serve('addOverride')
  addOverride(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
    @Body(new SchemaPipe(requests.override)) body: z.infer<typeof requests.override>,
  ): Promise<z.infer<typeof createdReply>> {
    return this.changes.addOverride(principal, organisation, body);
  }

  @Serve('withdrawOverride')
  withdrawOverride(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
    @Id('overrideId') id: string,
  ): Promise<void> {
    return this.changes.withdrawOverride(principal, organisation, id);
  }

  @Serve('addLeave')
  addLeave(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
    @Body(new SchemaPipe(requests.leave)) body: z.infer<typeof requests.leave>,
  ): Promise<z.infer<typeof createdReply>> {
    return this.changes.addLeave(principal, organisation, body);
  }

  @Serve('withdrawLeave')
  withdrawLeave(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
    @Id('leaveId') id: string,
  ): Promise<void> {
    return this.changes.withdrawLeave(principal, organisation, id);
  }

  @Serve('proposeSwap')
  proposeSwap(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
    @Body(new SchemaPipe(requests.swap)) body: z.infer<typeof requests.swap>,
  ): Promise<z.infer<typeof createdReply>> {
    return this.swaps.propose(principal, organisation, body);
  }

  @Serve('settleSwap')
  settleSwap(
    @From() { principal }: Caller,
    @Param(new SchemaPipe(swapPath)) { organisationId, swapId }: z.infer<typeof swapPath>,
    @Body(new SchemaPipe(requests.settle)) { state }: z.infer<typeof requests.settle>,
  ): Promise<void> {
    return this.swaps.settle(principal, { organisation: organisationId, id: swapId }, state);
  }

  @Serve('listReadiness')
  listReadiness(
    @From() { principal }: Caller,
    @Organisation() organisation: string,
  ): Promise<ReadinessReply> {
    return this.report.listReadiness(principal, organisation);
  }

  @Serve('listHandovers')
  listHandovers(@From() { principal }: Caller): Promise<HandoversReply> {
    return this.report.listHandovers(principal);
  }

  @Serve('getAvailability')
  getAvailability(
    @From() { principal }: Caller,
    @Id('threadId') threadId: string,
  ): Promise<AvailabilityReply> {
    return this.availability.ofThread(principal, threadId);
  }
}
