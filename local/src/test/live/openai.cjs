// Calls a provider through the OpenAI SDK, seen by the instrumentation that the first argument
// names: opentelemetry or openinference.
const { NodeSDK } = require('@opentelemetry/sdk-node');

const instrumentations = {
  opentelemetry: () =>
    new (require('@opentelemetry/instrumentation-openai').OpenAIInstrumentation)(),
  openinference: () =>
    new (require('@arizeai/openinference-instrumentation-openai').OpenAIInstrumentation)(),
};
const instrumentation = instrumentations[process.argv[2]]();
const sdk = new NodeSDK({ instrumentations: [instrumentation] });
sdk.start();
const OpenAI = require('openai');
if (process.argv[2] === 'openinference') {
  instrumentation.manuallyInstrument(OpenAI.OpenAI || OpenAI);
}

const client = new (OpenAI.OpenAI || OpenAI)({
  apiKey: 'none',
  baseURL: process.env.LLM_URL + '/v1',
  maxRetries: 2,
});

async function main() {
  const ask = (text) =>
    client.chat.completions.create({
      model: 'gpt-5.2',
      messages: [{ role: 'user', content: text }],
    });
  for (let i = 0; i < 5; i++) {
    await ask('Hello');
  }
  await ask(`Hello, ${process.argv[2]} [[once 429]]`);
  await ask(`Hello [[always 401]]`).catch(() => {});
  await sdk.shutdown();
}

main();
