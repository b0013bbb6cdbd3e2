import ipaddr from 'ipaddr.js';

/**
 * May this installation call that address? Only https to hosts on the public internet, unless the operator named
 * the host in WEBHOOK_ALLOWED_HOSTS. Judged when the address is set and again, with the resolved IP address, at
 * every call: a name that was public then may point inside now.
 */
export function isCallableUrl(text: string, allowedHosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  const host = bareHost(url.hostname);
  if (allowedHosts.includes(host)) return url.protocol === 'https:' || url.protocol === 'http:';
  if (url.protocol !== 'https:') return false;
  if (ipaddr.isValid(host)) return isPublicIp(host);
  return isPublicName(host);
}

/** For the moment of the call: `ip` is what `host` resolved to. */
export function mayConnect(host: string, ip: string, allowedHosts: readonly string[]): boolean {
  return allowedHosts.includes(bareHost(host)) || isPublicIp(ip);
}

/** Unicast on the public internet; IPv4 written inside IPv6 is judged as what it is. */
export function isPublicIp(ip: string): boolean {
  return ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'unicast';
}

const INSIDE = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|invalid|test|arpa)$/u;

function isPublicName(host: string): boolean {
  return host.includes('.') && !host.endsWith('.') && !INSIDE.test(host);
}

function bareHost(host: string): string {
  return host.replace(/^\[|\]$/gu, '').toLowerCase();
}
