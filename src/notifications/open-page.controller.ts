import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Open } from '../platform/index.js';
import { APP_LINK_PATH } from './app-link.js';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Trialogue</title>
</head>
<body>
<p lang="en">You have an update. Open Trialogue on your device to read it.</p>
<p lang="es">Tiene una novedad. Abra Trialogue en su dispositivo para leerla.</p>
</body>
</html>
`;

/**
 * What the link of a notification shows: the same page for every token, real or not. It looks nothing up, sets
 * nothing, and logs nobody in.
 */
@ApiExcludeController()
@Open()
@Controller(APP_LINK_PATH)
export class OpenPageController {
  @Get(':token')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  @Header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  open(): string {
    return PAGE;
  }
}
