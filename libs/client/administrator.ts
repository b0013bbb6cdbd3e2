import type { AdministratorDoor } from './administrator.contract.js';

export declare const Administrator: AdministratorDoor;
