// Response to each alert type: meaning, next steps, and the buttons that help.
export const RUNBOOK = {
  provider_issues: {
    means: 'Calls to one provider fail more often than its usual share.',
    acts: ['exclude'],
    steps: [
      'Look at the provider’s status page, and at the classes of error in its view.',
      'See whether the router has moved its traffic; if not, exclude the provider.',
      'If the errors are of one model only, move that model’s agents first.',
    ],
  },
  provider_error_burst: {
    means: 'A provider failed most requests for half a minute.',
    acts: ['exclude'],
    steps: [
      'Wait a minute: the router leaves a provider that goes on failing.',
      'If traffic stays on it, exclude the provider.',
    ],
  },
  provider_saturated: {
    means: 'A provider refuses calls because of a rate limit.',
    acts: ['freeze'],
    steps: [
      'See which agents send most, and lower their concurrency.',
      'Ask the provider for a higher limit, or add a second one.',
    ],
  },
  provider_quota: {
    means: 'The quota of a provider’s account is used up.',
    acts: ['exclude'],
    steps: [
      'Raise the quota or pay the bill at the provider.',
      'Until then exclude the provider: no retry helps.',
    ],
  },
  provider_auth: {
    means: 'A provider refuses the credentials.',
    acts: ['exclude'],
    steps: [
      'Check that the key is the right one, was not revoked and has not expired.',
      'Until it is replaced exclude the provider: no retry helps.',
    ],
  },
  failed_failover: {
    means: 'The router left a provider, and traffic still goes there.',
    acts: ['exclude'],
    steps: [
      'Find the agents that still call it: in the provider’s view.',
      'Check that their routers follow the topic provider-weights, and that the newest weights ' +
        'are not older than a minute.',
    ],
  },
  weights_stale: {
    means: 'Routers have had no new provider weights for a minute.',
    acts: [],
    steps: [
      'Check that the Flink job runs: agent-analytics doctor.',
      'Routers share evenly over what they see healthy until weights come again.',
    ],
  },
  high_error_rate: {
    means: 'Tasks of one agent fail more often than its own usual rate.',
    acts: [],
    steps: [
      'Open the agent and read the errors of its newest failed tasks.',
      'Compare with other agents of its type: if they are healthy, look at its last change of ' +
        'prompt, tool or model.',
      'If its provider fails as well, act on that alert first.',
    ],
  },
  high_response_time: {
    means: 'Too many tasks or calls take longer than the limit.',
    acts: ['freeze'],
    steps: [
      'See whether the provider’s latency rose, or the agent makes more calls per task.',
      'If one provider is slow, check that its weight falls.',
    ],
  },
  cost_spike: {
    means: 'Tasks of one agent cost much more than its own usual ones.',
    acts: [],
    steps: [
      'Open the agent: compare the tokens and the calls of its expensive tasks with the others.',
      'See whether it was moved to a more expensive model.',
      'Stop the agent if the cost is not worth it: the weights do not do that.',
    ],
  },
  repeated_cost_spikes: {
    means: 'Three tasks of one agent within half an hour cost far more than usual.',
    acts: [],
    steps: [
      'Open the agent: compare the tokens and the calls of its expensive tasks with the others.',
      'Look for loops: many calls with growing input.',
    ],
  },
  token_spike: {
    means: 'One task used far more tokens than the agent’s tasks usually do.',
    acts: [],
    steps: ['Look at the task: a large file or a loop in the context is the most frequent cause.'],
  },
  runaway_agent: {
    means: 'Attempts at one line of tasks have failed five times in a row.',
    acts: [],
    steps: [
      'Stop the agent that starts the attempts; each costs, and none succeeds.',
      'Read the error of the first failure: the later ones mostly follow from it.',
    ],
  },
  runaway_tree: {
    means: 'A task and its sub-agents grow or spend far more than usual for their type.',
    acts: [],
    steps: [
      'Open the root task: its tree shows which sub-agents cost most.',
      'Stop the session if the work is not intended.',
      'If the rule has stopped a tree that is intended, acknowledge the alert: the work may go on.',
    ],
  },
  stuck_task: {
    means: 'A task was started, and has not ended within its limit.',
    acts: [],
    steps: [
      'Check that the agent’s process is alive.',
      'If it is not, end the task, so that it no longer counts as running.',
    ],
  },
  no_data: {
    means: 'An agent has been silent for much longer than it usually is.',
    acts: [],
    steps: [
      'Check that the agent’s process is alive and reaches Kafka.',
      'If it was switched off on purpose, silence the alert.',
    ],
  },
  queue_backlog: {
    means: 'Many tasks wait, and few or none are started.',
    acts: [],
    steps: [
      'Check that the workers run.',
      'If they do, see whether a provider refuses or delays their calls; else start more.',
    ],
  },
  cost_threshold: {
    means: 'The spend of a period is near its budget or above.',
    acts: [],
    steps: [
      'Sort the agents by cost, and see which grew.',
      'Stop what is not needed, or raise the budget in the rule: it takes effect at once.',
      'The alert stops nothing by itself.',
    ],
  },
  agents_capped: {
    means: 'More agents are live than the job follows one by one: the rest share one row.',
    acts: [],
    steps: [
      'See whether agents make up a new id for every task; an id belongs to an agent, ' +
        'not to a task.',
      'If there really are that many agents, restart the job with a higher --max-agents and ' +
        'more memory.',
    ],
  },
  performance_improvement: {
    means: 'An agent has become better, cheaper or faster than its baseline.',
    acts: [],
    steps: ['No action is needed: note what was changed.'],
  },
};

const UNKNOWN = {
  means: 'A rule of a type that this page does not know has fired.',
  acts: [],
  steps: ['Read its description and its evidence, then look at its subject.'],
};
export const runbookOf = (type) => (Object.hasOwn(RUNBOOK, type) ? RUNBOOK[type] : UNKNOWN);
