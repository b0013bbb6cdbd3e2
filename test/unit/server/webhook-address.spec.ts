import { isCallableUrl, isPublicIp, mayConnect } from '../../../src/accounts/index.js';

describe('where a webhook may point', () => {
  it.each([
    'https://hooks.example.com/trialogue',
    'https://hooks.example.com:8443/x?y=z',
    'https://93.184.216.34/x',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
  ])('public https: %s', (url) => {
    expect(isCallableUrl(url, [])).toBe(true);
  });

  it.each([
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://localhost/',
    'https://db/',
    'https://printer.local/',
    'https://x.internal/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0.0.0.0/',
    'https://10.0.0.1/',
    'https://172.16.5.4/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://user:password@hooks.example.com/',
    'https://hooks.example.com./',
    'https://hooks.example.com/#fragment',
    'not an address',
    '',
  ])('not: %s', (url) => {
    expect(isCallableUrl(url, [])).toBe(false);
  });

  it('a private host that the operator named may be called, over http too', () => {
    expect(isCallableUrl('http://hooks.clinic.internal:8080/x', ['hooks.clinic.internal'])).toBe(true);
    expect(isCallableUrl('http://127.0.0.1:9000/', ['127.0.0.1'])).toBe(true);
    expect(isCallableUrl('http://127.0.0.1:9000/', ['127.0.0.2'])).toBe(false);
  });

  it('a public name that resolves to an inside address is refused at the call', () => {
    expect(mayConnect('hooks.example.com', '93.184.216.34', [])).toBe(true);
    for (const inside of [
      '127.0.0.1',
      '10.1.2.3',
      '::1',
      '::ffff:192.168.0.1',
      'fd00::1',
      '169.254.169.254',
    ]) {
      expect(mayConnect('hooks.example.com', inside, [])).toBe(false);
      expect(isPublicIp(inside)).toBe(false);
    }
    expect(mayConnect('hooks.clinic.internal', '10.1.2.3', ['hooks.clinic.internal'])).toBe(true);
  });
});
