import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Open } from '../platform/index.js';
import { Id } from './serve.decorator.js';

/** The part behind # stays in the browser: neither this page nor the server ever sees it. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Trialogue</title>
</head>
<body>
<h1>An invitation to Trialogue</h1>
<p>Copy the whole address of this page, with everything behind the #, and use it once in a terminal:</p>
<pre>npm run trialogue -- join '&lt;the whole address&gt;'</pre>
<p>The secret of the invitation stands behind the #. Your browser does not send that part to anybody. Do not pass the address on.</p>
</body>
</html>
`;

/** What somebody sees who opens an invitation in a browser. The same page for every organisation, known or not. */
@ApiExcludeController()
@Open()
@Controller('join')
export class JoinController {
  @Get(':organisationId')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  join(@Id('organisationId') _organisationId: string): string {
    return PAGE;
  }
}
