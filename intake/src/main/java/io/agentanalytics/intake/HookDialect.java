package io.agentanalytics.intake;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.agentanalytics.sources.HookQuestion;
import io.agentanalytics.sources.Mapped;

/**
 * Dialect of the hooks of Claude Code and Cursor. The client acts on every field of an answer, so
 * the answer is empty unless a budget stops the work.
 */
final class HookDialect extends JsonDialect {
    private final BudgetGate budgets;

    HookDialect(Mapper mapper, BudgetGate budgets) {
        super(mapper);
        this.budgets = budgets;
    }

    @Override
    public HttpResponse accepted(Mapped mapped) {
        HookQuestion question = mapped.question();
        String answer =
                question == null
                        ? "{}"
                        : budgets.stops(question)
                                .map(reason -> stop(question.hook(), reason))
                                .orElse("{}");
        return HttpResponse.of(HttpStatus.OK, MediaType.JSON, answer);
    }

    private static String stop(String hook, String reason) {
        return json(
                json -> {
                    if (hook.equals(HookQuestion.PROMPT)) {
                        json.writeStringField("decision", "block");
                        json.writeStringField("reason", reason);
                        return;
                    }
                    json.writeBooleanField("continue", false);
                    json.writeStringField("stopReason", reason);
                    json.writeObjectFieldStart("hookSpecificOutput");
                    json.writeStringField("hookEventName", hook);
                    json.writeStringField("permissionDecision", "deny");
                    json.writeStringField("permissionDecisionReason", reason);
                    json.writeEndObject();
                });
    }
}
