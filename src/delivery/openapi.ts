import type { INestApplication } from '@nestjs/common';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { FOUNDING_HEADER, PREFIX, PROBLEMS, ROUTES, type Route, POOL_ROLES } from '#protocol';

export const DOCS_PATH = 'docs';
const OPENAPI_PATH = 'openapi.json';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schema = Extract<NonNullable<OpenAPIObject['components']>['schemas'], object>[string];

/** The API page, made of the very table and schemas the controllers serve. */
export function openApiDocument(): OpenAPIObject {
  const paths: OpenAPIObject['paths'] = {};
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const path = `${PREFIX}${route.path.replaceAll(/:(\w+)/gu, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Trialogue',
      version: '1',
      description:
        'Bytes travel as unpadded base64url, ids as hex. Refusals are application/problem+json. The same append, sync and ' +
        'heads calls exist as Socket.IO commands (entry.append, chain.sync, chain.heads), answered by their ack.',
    },
    paths,
    components: {
      securitySchemes: { access: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: problemSchema() },
    },
  };
}

export function serveApiPage(app: INestApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, openApiDocument, {
    raw: ['json'],
    jsonDocumentUrl: OPENAPI_PATH,
    customSiteTitle: 'Trialogue API',
  });
}

function operationOf(name: string, route: Route): Operation {
  const problem = { description: 'Refused', content: jsonOf({ $ref: '#/components/schemas/Problem' }, true) };
  const fulfilled =
    route.reply === undefined
      ? { 204: { description: 'Done' } }
      : { 200: { description: 'Done', content: jsonOf(toSchema(route.reply, 'output')) } };
  return {
    operationId: name,
    summary: route.summary,
    parameters: parametersOf(name, route),
    ...(route.request === undefined
      ? {}
      : { requestBody: { required: true, content: jsonOf(toSchema(route.request, 'input')) } }),
    responses: { ...fulfilled, default: problem },
    security: route.principals.length === 0 ? [] : [{ access: [] }],
    ...(route.principals.length === 0 ? {} : { description: `For ${route.principals.join(', ')} keys.` }),
  };
}

function parametersOf(name: string, route: Route): NonNullable<Operation['parameters']> {
  const ids = [...route.path.matchAll(/:(\w+)/gu)].map(([, id]) => ({
    name: id ?? '',
    in: 'path' as const,
    required: true,
    schema: { type: 'string', ...(id === 'role' ? { enum: POOL_ROLES } : { pattern: '^[0-9a-f]{32}$' }) },
  }));
  if (name !== 'foundOrganisation') return ids;
  return [...ids, { name: FOUNDING_HEADER, in: 'header', required: true, schema: { type: 'string' } }];
}

function jsonOf(schema: Schema, isProblem = false): Record<string, { schema: Schema }> {
  return { [isProblem ? 'application/problem+json' : 'application/json']: { schema } };
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as Schema;
}

function problemSchema(): Schema {
  return {
    type: 'object',
    required: ['type', 'code', 'title', 'status', 'mend', 'retryable', 'correlationId'],
    properties: {
      type: { type: 'string' },
      code: { type: 'string', enum: Object.keys(PROBLEMS) },
      title: { type: 'string' },
      status: { type: 'integer' },
      mend: { type: 'string' },
      retryable: { type: 'boolean' },
      correlationId: { type: 'string' },
      repair: { type: 'object' },
    },
  };
}
