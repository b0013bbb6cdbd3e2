import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const OPEN_ROUTE = 'open-route';

/** A page or probe anybody may ask for. Every handler outside the table of routes says so; the rest is refused. */
export const Open = (): CustomDecorator => SetMetadata(OPEN_ROUTE, true);
