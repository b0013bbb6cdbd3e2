import { readFileSync } from 'node:fs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ModulesContainer } from '@nestjs/core';
import { PREFIX, ROUTES, SOCKET_EVENT } from '#protocol';
import { ProblemSocketFilter } from '../../../src/platform/index.js';
import { createApi } from '../../../src/service.js';
import { startTestService, type TestService } from '../../support/server/service.js';

interface Manifest {
  readonly rest: readonly string[];
  readonly commands: readonly string[];
  readonly pushes: readonly string[];
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

const GATEWAY = 'websockets:is_gateway';
const MESSAGE = 'message';
const FILTERS = '__exceptionFilters__';

describe('the doors of the service', () => {
  let service: TestService;
  let app: NestExpressApplication;
  const manifest = JSON.parse(
    readFileSync(new URL('doors.manifest.json', import.meta.url), 'utf8'),
  ) as Manifest;

  beforeAll(async () => {
    service = await startTestService();
    app = await createApi(service.config);
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    await service.close();
  });

  function gateways(): (abstract new () => object)[] {
    const providers = [...app.get(ModulesContainer).values()].flatMap((module) => [
      ...module.providers.values(),
    ]);
    const classes = providers.map(({ metatype }) => metatype).filter((each) => typeof each === 'function');
    return classes.filter((each) => Reflect.hasMetadata(GATEWAY, each)) as (abstract new () => object)[];
  }

  function handlersOf(gateway: abstract new () => object): string[] {
    const prototype = gateway.prototype as Readonly<Record<string, unknown>>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const event: unknown =
        typeof handler === 'function' ? Reflect.getMetadata(MESSAGE, handler) : undefined;
      return typeof event === 'string' ? [event] : [];
    });
  }

  function liveRoutes(): string[] {
    const { stack } = (
      app.getHttpAdapter().getInstance() as unknown as { router: { stack: readonly Layer[] } }
    ).router;
    return stack
      .flatMap(({ route }) =>
        route === undefined
          ? []
          : Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`),
      )
      .sort();
  }

  it('the live routes are exactly the reviewed ones', () => {
    expect([...new Set(liveRoutes())]).toEqual(manifest.rest);
  });

  it('the live socket commands and pushes are exactly the reviewed ones', () => {
    expect(gateways().flatMap(handlersOf).sort()).toEqual(manifest.commands);
    const all = Object.values(SOCKET_EVENT);
    expect(all.filter((event) => !manifest.commands.includes(event)).sort()).toEqual(manifest.pushes);
  });

  it('every line of the table of routes is served, and nothing else under its prefix', () => {
    const table = Object.values(ROUTES).map(({ method, path }) => `${method} ${PREFIX}${path}`);
    expect(liveRoutes().filter((route) => route.includes(` ${PREFIX}/`))).toEqual(table.sort());
  });

  it('every gateway answers refusals by its ack', () => {
    expect(gateways().length).toBeGreaterThan(0);
    for (const gateway of gateways()) {
      const filters = Reflect.getMetadata(FILTERS, gateway) as readonly unknown[] | undefined;
      expect(filters).toContain(ProblemSocketFilter);
    }
  });
});
