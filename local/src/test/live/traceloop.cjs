// Calls a provider within a workflow of OpenLLMetry.
const traceloop = require('@traceloop/node-server-sdk');
const OpenAI = require('openai');

traceloop.initialize({
  appName: process.env.OTEL_SERVICE_NAME,
  baseUrl: process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
  apiKey: 'none',
  disableBatch: true,
  silenceInitializationMessage: true,
  instrumentModules: { openAI: OpenAI.OpenAI || OpenAI },
});

async function main() {
  const client = new (OpenAI.OpenAI || OpenAI)({
    apiKey: 'none',
    baseURL: process.env.LLM_URL + '/v1',
  });
  for (const name of ['plan', 'write']) {
    await traceloop.withWorkflow({ name }, () =>
      client.chat.completions.create({
        model: 'gpt-5.2',
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    );
  }
  await traceloop.forceFlush();
}

main();
