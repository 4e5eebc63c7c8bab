package io.agentanalytics.contract;

import java.util.Locale;

/**
 * Validates a fragment as it is in its topic. A fragment in the state of the job may have lost its
 * event.
 */
public final class FragmentRules {
    /** Ids of the mapping have at most 128 characters, and some have a suffix. */
    private static final int MAX_CHARS = 256;

    private FragmentRules() {}

    /**
     * Checks a fragment; its event is checked by {@link EventRules}.
     *
     * @throws InvalidEventException if the job cannot assemble it
     */
    public static void check(Fragment f) throws InvalidEventException {
        text("key", f.key());
        text("id", f.id());
        text("parent_id", f.parentId());
        text("name", f.name());
        require(!f.key().isEmpty(), f, "key");
        require(!f.id().isEmpty(), f, "id");
        switch (f.role()) {
            case CALL, TOOL, AGENT, TURN, ACTIVITY, EVENT -> require(f.event() != null, f, "event");
            case PROMPT, SPAWN -> require(!f.name().isEmpty(), f, "name");
            case STEP, ACCEPTED -> {}
        }
        if (f.startMillis() >= 0) {
            EventRules.checkTime("start_ms", f.startMillis());
        }
    }

    private static void text(String field, String text) throws InvalidEventException {
        EventText.checked(field, text, MAX_CHARS, RejectCode.TOO_LONG);
    }

    private static void require(boolean isThere, Fragment f, String field)
            throws InvalidEventException {
        if (!isThere) {
            throw new InvalidEventException(
                    RejectCode.MISSING_FIELD,
                    "%s is missing; a fragment of the role %s requires it."
                            .formatted(field, f.role().name().toLowerCase(Locale.ROOT)));
        }
    }
}
