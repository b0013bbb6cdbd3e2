import { send } from '../../support/server/caller.js';
import { startTestService, type TestService } from '../../support/server/service.js';

describe('pages a browser may open', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
  });

  afterAll(async () => {
    await service.close();
  });

  const get = async (path: string) => {
    const response = await fetch(`${service.url}${path}`);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('an invitation shows which command uses it, loads nothing and is the same for every organisation', async () => {
    const one = await get(`/join/${'a'.repeat(32)}`);
    const other = await get(`/join/${'b'.repeat(32)}`);
    expect(one.status).toBe(200);
    expect(one.text).toBe(other.text);
    expect(one.text).toContain('npm run trialogue -- join');
    expect(one.text).not.toMatch(/<script|<link|<img|https?:/u);
    expect(one.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(one.headers.get('cache-control')).toBe('no-store');
    expect(one.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('an address that is no invitation is refused without repeating it', async () => {
    const { status, text } = await get('/join/%3Cscript%3Ecanary');
    expect(status).toBe(400);
    expect(text).not.toContain('canary');
  });

  it('the API page is served by ourselves alone', async () => {
    const page = await get('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.text).not.toMatch(/(src|href)=["']https?:/u);
    for (const [, asset] of page.text.matchAll(/src="\.?\/?([^"]+\.js)"/gu)) {
      expect((await get(`/${asset ?? ''}`)).status).toBe(200);
    }
    const json = await send(service, 'GET', '/openapi.json');
    expect(json.body).toMatchObject({ openapi: '3.1.0' });
  });

  it('everything carries the headers that keep browsers strict', async () => {
    for (const path of ['/health/live', '/openapi.json', '/v1/me', '/nowhere']) {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('an unknown path is a problem like any other', async () => {
    const answer = await send(service, 'GET', '/v1/secret-canary');
    expect(answer).toMatchObject({ status: 404, code: 'request.not_found' });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(JSON.stringify(answer.body)).not.toContain('canary');
  });
});
