import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { LIMITS } from '#protocol';
import { DOCS_PATH, serveApiPage } from './openapi.js';

/** The largest request is an enrolment or a founding: three entries as base64url, with their envelope. */
const MAX_BODY_BYTES = Math.ceil((3 * (LIMITS.body + 256) * 4) / 3) + 4_096;

/** Headers, body parsing and the API page: what stands in front of the controllers. */
export function prepareHttp(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  app.set('trust proxy', 'loopback');
  app.set('query parser', 'simple');
  const elsewhere = helmet({ contentSecurityPolicy: { useDefaults: false, directives: NOTHING } });
  const apiPage = helmet({ contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY } });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const inDocs = request.path === `/${DOCS_PATH}` || request.path.startsWith(`/${DOCS_PATH}/`);
    (inDocs ? apiPage : elsewhere)(request, response, next);
  });
  app.useBodyParser('json', { limit: MAX_BODY_BYTES, strict: true, type: 'application/json' });
  serveApiPage(app);
}

const NOTHING = {
  defaultSrc: ["'none'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
};

/** The API page shows itself and nothing else; its library writes style attributes. */
const PAGE_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  frameAncestors: ["'none'"],
};
