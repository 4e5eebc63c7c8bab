package io.agentanalytics.sources;

import io.agentanalytics.contract.budgets.BudgetSubject;

/**
 * Question of a hook whether work may continue.
 *
 * @param hook {@link #PROMPT} before new work, {@link #TOOL} within work in progress
 * @param work agent and tags of the session
 */
public record HookQuestion(String hook, BudgetSubject work) {
    public static final String PROMPT = "UserPromptSubmit";
    public static final String TOOL = "PreToolUse";
}
