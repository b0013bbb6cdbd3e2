import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OpenPageController } from '../../../src/notifications/open-page.controller.js';

describe('the page behind a notification’s link', () => {
  let app: INestApplication;
  let base: string;

  beforeAll(async () => {
    const testing = await Test.createTestingModule({ controllers: [OpenPageController] }).compile();
    app = testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
    base = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
  });

  it('is the same for every token, sets nothing and signs nobody in', async () => {
    const answers = await Promise.all(
      ['6a1f6a2e5d0b4a3e9a354c3f0d8b1c11', '<script>alert(1)</script>', 'x'].map(async (token) => {
        const response = await fetch(`${base}/n/${encodeURIComponent(token)}`);
        return { response, text: await response.text() };
      }),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    for (const { response } of answers) {
      expect(response.status).toBe(200);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    }
  });
});
