import { PROBLEMS, ROUTES } from '#protocol';
import { openApiDocument } from '../../../src/delivery/openapi.js';

describe('the API page', () => {
  const document = openApiDocument();

  it('has every line of the table of routes, and no other', () => {
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path as Record<string, { operationId?: string }>).map(({ operationId }) => operationId),
    );
    expect(operations.sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it('says that unknown fields are refused', () => {
    const append = JSON.stringify(document.paths['/v1/entries']);
    expect(append).toContain('"additionalProperties":false');
    expect(append).toContain('"chainId"');
  });

  it('lists every problem by its code', () => {
    const text = JSON.stringify(document.components?.schemas);
    for (const code of Object.keys(PROBLEMS)) expect(text).toContain(`"${code}"`);
  });

  it('asks for a token exactly where the table names principals', () => {
    for (const [name, route] of Object.entries(ROUTES)) {
      const path = document.paths[`/v1${route.path.replaceAll(/:(\w+)/gu, '{$1}')}`] as Record<
        string,
        { security: unknown[] }
      >;
      const operation = path[route.method.toLowerCase()];
      expect({ name, open: operation?.security.length === 0 }).toEqual({
        name,
        open: route.principals.length === 0,
      });
    }
  });
});
