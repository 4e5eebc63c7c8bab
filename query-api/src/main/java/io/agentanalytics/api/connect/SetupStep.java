package io.agentanalytics.api.connect;

import org.jspecify.annotations.Nullable;

/**
 * One thing to set.
 *
 * @param kind environment, json, toml, yaml or js
 * @param file settings file that the text belongs to; null for lines of a shell
 * @param token true if the step is for an intake with tokens, false if it is for one without; null
 *     if it is for both
 * @param budgets true if the step is only for clients that budgets may stop
 * @param gives what the step makes visible
 * @param text exact lines or content
 */
public record SetupStep(
        String title,
        String kind,
        @Nullable String file,
        @Nullable Boolean token,
        boolean budgets,
        String gives,
        String text) {

    /** Returns true if the file has the same place for every user, so that it can be written. */
    public boolean hasKnownPlace() {
        return file != null && file.startsWith("~/");
    }

    SetupStep filled(Setup setup) {
        return new SetupStep(
                title, kind, file, token, budgets, gives, setup.fill(text).stripTrailing());
    }

    boolean isFor(Setup setup) {
        boolean fits = token == null || token == setup.withToken();
        return fits && (!budgets || setup.budgets());
    }
}
