import type { MemberDoor } from './member.contract.js';

export declare const Member: MemberDoor;
