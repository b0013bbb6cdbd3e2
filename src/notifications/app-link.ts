/** Where a notification leads: the front page of the app. The token says nothing and opens nothing. */
export type AppLink = (token: string) => string;

export const APP_LINK = Symbol('app link');

/** Path of the page behind the link, the same for every token. */
export const APP_LINK_PATH = 'n';

/** @param publicUrl where people reach the service, without a trailing slash */
export function appLinkOf(publicUrl: string): AppLink {
  return (token) => `${publicUrl}/${APP_LINK_PATH}/${token.replaceAll('-', '')}`;
}
