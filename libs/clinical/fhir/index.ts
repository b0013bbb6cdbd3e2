export { exportCase } from './case.export.js';
export type { CaseExport, EntryProof, ExportRequest, ExportedPerson } from './export.contract.js';
export {
  RESOURCE_TYPES,
  type FhirBundle,
  type FhirResource,
  type Json,
  type ResourceType,
} from './resource.js';
